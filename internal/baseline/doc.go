// Package baseline finds earlier versions of schemas: in a commit, a folder or a file. It
// reads a repository through git, and neither checks out nor fetches anything.
package baseline
