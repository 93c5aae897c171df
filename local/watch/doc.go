// Package watch says which files of a folder have changed, as they are saved.
//
// One save is several events: editors write a new file beside the old one, and
// rename. A [Watcher] collects them until it has been quiet for a moment, and
// then reports the files once. Folders that appear are watched too.
//
// It reads no file: a file that is saved without a change is reported as well.
// Changes on network file systems, which tell nobody, are not seen.
package watch
