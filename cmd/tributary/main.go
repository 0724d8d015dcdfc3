// Command tributary polls many upstream feeds and publishes a few good ones.
package main

import (
	"os"

	"tributary/internal/cli"
	"tributary/validator/validatecmd"
)

// gcPercent trades a little processor for a third less garbage in memory: a
// poll's trees are large and short-lived.
const gcPercent = 60

func main() {
	percent := gcPercent
	if len(os.Args) > 1 && os.Args[1] == "validate" {
		percent = validatecmd.GCPercent
	}
	cli.Main(newRoot(), percent)
}
