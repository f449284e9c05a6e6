package record

// Generated code refers to SupportsGenerated1, or to the constant of its format, as the
// length of an array. If the runtime is too old for the code, the code does not compile,
// and the comment at that line has the cure. A new format adds the next constant. A
// change of the runtime that breaks old generated code removes the constants of that
// code.
const SupportsGenerated1 = 1

// SupportsGenerated2 is the constant of generated code whose SLOs have alerts.
const SupportsGenerated2 = 1

// SupportsGenerated3 is the constant of generated code with environments.
const SupportsGenerated3 = 1

// SupportsGenerated4 is the constant of generated code with zero rows of open tags, or with
// zero rows of bound recorders that find their series at each registration or record.
const SupportsGenerated4 = 1

// SupportsGenerated5 is the constant of generated code with up-down counts.
const SupportsGenerated5 = 1

// SupportsGenerated6 is the constant of generated code whose series can be forgotten.
const SupportsGenerated6 = 1
