package sigv4

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"strings"
)

// nvme is the polynomial of CRC64NVME, reversed.
// https://nvmexpress.org/wp-content/uploads/NVM-Express-NVM-Command-Set-Specification-1.0d-2023.12.28-Ratified.pdf (5.2.1.3.4)
const nvme = 0x9A6C9329AC4BC9B5

// checksums are the algorithms that a trailer may have, by name.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
var checksums = map[string]func() hash.Hash{
	"CRC32":     func() hash.Hash { return crc32.NewIEEE() },
	"CRC32C":    func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) },
	"CRC64NVME": func() hash.Hash { return crc64.New(crc64.MakeTable(nvme)) },
	"MD5":       md5.New,
	"SHA1":      sha1.New,
	"SHA256":    sha256.New,
	"SHA512":    sha512.New,
}

// checkTrailingChecksum requires a trailing header to be the checksum of the data.
func checkTrailingChecksum(header, value string, data []byte) error {
	name, found := strings.CutPrefix(strings.ToUpper(header), "X-AMZ-CHECKSUM-")
	if !found {
		return errTrailer.error()
	}
	algorithm, known := checksums[name]
	if !known {
		return &Error{501, "NotImplemented", "The checksum algorithm " + name + " is not verified on this machine: choose CRC32, which is the SDKs' default."}
	}
	if encodeChecksum(algorithm, data) != value {
		return &Error{400, "BadDigest", "The " + name + " you specified did not match the calculated checksum."}
	}
	return nil
}

func encodeChecksum(algorithm func() hash.Hash, data []byte) string {
	h := algorithm()
	h.Write(data)
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}
