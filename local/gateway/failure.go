package gateway

import "net/http"

// failure is an error answer of the gateway, byte for byte that of an HTTP API.
// REST APIs use other statuses and texts.
type failure struct {
	status       int
	contentType  string // empty: the answer has none
	message      string // $context.error.message
	responseType string // $context.error.responseType
	body         []byte
}

// The failures of an HTTP API. A 401 has no content type, as shown at
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html
var (
	badRequest      = newFailure(http.StatusBadRequest, applicationJSON, "Bad Request", "DEFAULT_4XX")
	unauthorized    = newFailure(http.StatusUnauthorized, "", "Unauthorized", "UNAUTHORIZED")
	forbidden       = newFailure(http.StatusForbidden, applicationJSON, "Forbidden", "ACCESS_DENIED")
	notFound        = newFailure(http.StatusNotFound, applicationJSON, "Not Found", "RESOURCE_NOT_FOUND")
	tooLarge        = newFailure(http.StatusRequestEntityTooLarge, applicationJSON, "Request Entity Too Large", "REQUEST_TOO_LARGE")
	throttled       = newFailure(http.StatusTooManyRequests, applicationJSON, "Too Many Requests", "THROTTLED")
	headersTooLarge = newFailure(http.StatusRequestHeaderFieldsTooLarge, applicationJSON, "Request Header Fields Too Large", "DEFAULT_4XX")
	internal        = newFailure(http.StatusInternalServerError, applicationJSON, "Internal Server Error", "INTEGRATION_FAILURE")
	unavailable     = newFailure(http.StatusServiceUnavailable, applicationJSON, "Service Unavailable", "INTEGRATION_TIMEOUT")
)

const applicationJSON = "application/json"

func newFailure(status int, contentType, message, responseType string) *failure {
	return &failure{
		status:       status,
		contentType:  contentType,
		message:      message,
		responseType: responseType,
		body:         []byte(`{"message":"` + message + `"}`),
	}
}

func (f *failure) answer() *answer {
	return &answer{status: f.status, contentType: f.contentType, body: f.body}
}
