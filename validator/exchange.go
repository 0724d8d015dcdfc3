package validator

// An Exchange is what was seen while a document was fetched.
type Exchange struct{}

func (c *checker) exchange(cs charset) {}
