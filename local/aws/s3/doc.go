// Package s3 is a placeholder comment, completed below.
package s3
