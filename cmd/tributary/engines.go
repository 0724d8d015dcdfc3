package main

import (
	"tributary/storage"
	"tributary/storage/bolt"
)

// engines are the storage engines this binary was built with.
var engines = storage.Engines{
	"bolt": bolt.Open,
}

// compacters are those of them that can give space back.
var compacters = storage.Compacters{
	"bolt": bolt.Compact,
}
