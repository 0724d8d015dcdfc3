package validator

// xmlRules are about the document itself, whatever its format.
var xmlRules = []*Rule{}
