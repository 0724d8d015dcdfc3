package main

import (
	"tributary/storage"
	"tributary/storage/bolt"
)

// engines are the storage engines this binary was built with.
var engines = storage.Engines{
	"bolt": bolt.Open,
}
