// A CloudFront function for viewer requests to the site: a path whose last
// segment has no file extension is a page of the app, such as /profile, and all
// pages are drawn by index.html. A missing file keeps its 404.
function handler(event) {
  var request = event.request;
  var page = request.uri.slice(request.uri.lastIndexOf('/') + 1);
  if (!page.includes('.')) {
    request.uri = '/index.html';
  }
  return request;
}
