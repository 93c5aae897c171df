// A CloudFront function for viewer requests to the site. A path is a file if it
// has the extension of one of the site's kinds of files, or is below /assets/ or
// /.well-known/; a missing file keeps its 404. Every other path is a page of the
// app, such as /profile or /users/jane.doe@example.com, which index.html draws.
var file = /^\/(assets|\.well-known)\/|\.(FILE_TYPES)$/;

function handler(event) {
  var request = event.request;
  if (!file.test(request.uri)) {
    request.uri = '/index.html';
  }
  return request;
}
