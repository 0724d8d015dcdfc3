package normalise

// Untracked returns a link without what only counts its readers, as identity
// takes it. The entry keeps the link as it is.
func Untracked(link string) string { return untracked(link) }
