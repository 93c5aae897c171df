// Package cdn TestRanges
package cdn
