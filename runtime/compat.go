package runtime

// SupportsGenerated1 is what generated code of format 1 refers to, so that it
// fails to compile, at a line that says the cure, with a runtime that is too
// old for it. A change of this package that breaks old generated code removes
// the constant; a new format adds the next.
const SupportsGenerated1 = true
