// Package compare finds out what a change of schemas breaks: data that has been stored,
// the history of SLOs, and Go code that calls the generated packages.
//
// It compares models, not text: the order of elements, aliases, and long or short forms
// make no difference. Rules about Go compare the exported declarations of the two
// generated files, so they cannot drift from the templates.
package compare
