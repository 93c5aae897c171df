package sqs

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"api-auth-jwt-auth0/local/aws"
)

// queryProtocol is the AWS query protocol: a form in, XML out.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
type queryProtocol struct{}

const xmlNamespace = "http://queue.amazonaws.com/doc/2012-11-05/"

func (queryProtocol) action(r *http.Request, body []byte) (string, error) {
	f, err := readForm(r, body)
	if err != nil {
		return "", err
	}
	if f.values.Get("Action") == "" {
		return "", errorf("MissingAction", "The request must contain the parameter Action.")
	}
	return f.values.Get("Action"), nil
}

func (queryProtocol) unknownAction(action string) *aws.Error {
	return errorf("InvalidAction", "The action %s is not valid for this endpoint.", action)
}

func (queryProtocol) decode(r *http.Request, body []byte, in request) error {
	f, err := readForm(r, body)
	if err != nil {
		return err
	}
	return f.decode("", reflect.ValueOf(in).Elem())
}

func (queryProtocol) write(w http.ResponseWriter, action string, out any) {
	response := struct {
		XMLName   xml.Name
		Result    any
		RequestID string `xml:"ResponseMetadata>RequestId"`
	}{XMLName: xml.Name{Space: xmlNamespace, Local: action + "Response"}, RequestID: newUUID()}
	if out != nil {
		response.Result = result{name: action + "Result", value: out}
	}
	writeXML(w, http.StatusOK, response.RequestID, response)
}

func (queryProtocol) refuse(w http.ResponseWriter, e *aws.Error) {
	response := struct {
		XMLName   xml.Name
		Type      string   `xml:"Error>Type"`
		Code      string   `xml:"Error>Code"`
		Message   string   `xml:"Error>Message"`
		Detail    struct{} `xml:"Error>Detail"`
		RequestID string   `xml:"RequestId"`
	}{
		XMLName: xml.Name{Space: xmlNamespace, Local: "ErrorResponse"},
		Type:    fault(e), Code: queryCode(e.Code), Message: e.Message, RequestID: newUUID(),
	}
	if e.Code == "QueueDoesNotExist" { // its text in this protocol
		response.Message = "The specified queue does not exist for this wsdl version."
	}
	writeXML(w, e.Status, response.RequestID, response)
}

func writeXML(w http.ResponseWriter, status int, requestID string, response any) {
	body, err := xml.Marshal(response)
	if err != nil {
		panic(fmt.Errorf("sqs: encoding %T: %w", response, err)) // outputs are structs, strings and numbers
	}
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set(requestIDHeader, requestID)
	w.WriteHeader(status)
	w.Write(append([]byte(xml.Header), body...))
}

// result writes an output in an element of a name of its own.
type result struct {
	name  string
	value any
}

// MarshalXML implements xml.Marshaler.
func (r result) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	return e.EncodeElement(r.value, xml.StartElement{Name: xml.Name{Local: r.name}})
}

// A form holds the parameters of a query, and the prefixes of their names.
type form struct {
	values   url.Values
	prefixes map[string]bool // each up to a dot
}

// maximumNameLength and maximumListLength limit the cost of a form. No list that is served
// has more than ten entries; longer ones are read to be counted in the refusal.
const (
	maximumNameLength = 256
	maximumListLength = 1000
)

func readForm(r *http.Request, body []byte) (form, error) {
	text := string(body)
	if r.Method == http.MethodGet {
		text = r.URL.RawQuery
	}
	values, err := url.ParseQuery(text)
	if err != nil {
		return form{}, errorf("MalformedQueryString", "The query string is malformed: %v", err)
	}
	f := form{values: values, prefixes: map[string]bool{}}
	for name, all := range values {
		if len(name) > maximumNameLength || !utf8.ValidString(name) {
			return form{}, errorf("MalformedQueryString", "The name of a parameter is malformed.")
		}
		if !utf8.ValidString(all[0]) {
			return form{}, errorf("InvalidMessageContents", "%s", invalidCharacters)
		}
		for i, c := range name {
			if c == '.' {
				f.prefixes[name[:i]] = true
			}
		}
	}
	return f, nil
}

func (f form) has(name string) bool {
	_, has := f.values[name]
	return has || f.prefixes[name]
}

// decode reads the parameter, or those below it, into a field of a request. The fields of a
// struct are named by their tag, or by their name without one.
func (f form) decode(name string, into reflect.Value) error {
	switch target := into.Addr().Interface().(type) {
	case *string:
		*target = f.values.Get(name)
		return nil
	case **string:
		if f.has(name) {
			value := f.values.Get(name)
			*target = &value
		}
		return nil
	case **int:
		return f.decodeInt(name, target)
	case *[]byte:
		decoded, err := base64.StdEncoding.DecodeString(f.values.Get(name))
		if err != nil {
			return invalid("The value of %s is not encoded in base64.", name)
		}
		*target = decoded
		return nil
	case *attributes:
		return f.decodeAttributes(name, target)
	}
	if into.Kind() == reflect.Slice {
		return f.decodeList(name, into)
	}
	return f.decodeStruct(name, into)
}

func (f form) decodeInt(name string, into **int) error {
	if !f.has(name) {
		return nil
	}
	value, err := strconv.Atoi(f.values.Get(name))
	if err != nil {
		return invalid("Value %s for parameter %s is invalid. Reason: Must be an integer.", f.values.Get(name), name)
	}
	*into = &value
	return nil
}

func (f form) decodeList(name string, into reflect.Value) error {
	for i := 1; i <= maximumListLength; i++ {
		entry := name + "." + strconv.Itoa(i)
		if !f.has(entry) {
			return nil
		}
		into.Set(reflect.Append(into, reflect.Zero(into.Type().Elem())))
		if err := f.decode(entry, into.Index(i-1)); err != nil {
			return err
		}
	}
	return invalid("The list %s is longer than %d entries.", name, maximumListLength)
}

func (f form) decodeAttributes(name string, into *attributes) error {
	for i := 1; i <= maximumListLength; i++ {
		entry := name + "." + strconv.Itoa(i)
		if !f.has(entry) {
			return nil
		}
		var value Attribute
		if err := f.decode(entry+".Value", reflect.ValueOf(&value).Elem()); err != nil {
			return err
		}
		if *into == nil {
			*into = attributes{}
		}
		(*into)[f.values.Get(entry+".Name")] = value
	}
	return invalid("The list %s is longer than %d entries.", name, maximumListLength)
}

func (f form) decodeStruct(name string, into reflect.Value) error {
	for i := range into.NumField() {
		field := into.Type().Field(i)
		if field.Anonymous {
			if err := f.decodeStruct(name, into.Field(i)); err != nil {
				return err
			}
			continue
		}
		below := field.Tag.Get("query")
		if below == "" {
			below = field.Name
		}
		if name != "" {
			below = name + "." + below
		}
		if err := f.decode(strings.TrimSuffix(below, "."), into.Field(i)); err != nil {
			return err
		}
	}
	return nil
}
