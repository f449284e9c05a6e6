package record

// SupportsGenerated1 and its successors are what generated code of a format
// refers to, so that it fails to compile, at a line that says the cure, with a
// runtime that is too old for it. A change of the runtime that breaks old
// generated code removes the constants that it breaks; a new format adds the
// next. Generated code uses the constant as the length of an array.
const SupportsGenerated1 = 1
