package provider

import (
	"errors"
	"fmt"
	"strings"
)

// functions are the functions of the providers that a program may call.
var functions = map[string]func(c Cloud, args map[string]any) (map[string]any, error){
	"aws:index/getCallerIdentity:getCallerIdentity": func(Cloud, map[string]any) (map[string]any, error) {
		return map[string]any{"id": account, "accountId": account, "arn": "arn:aws:iam::" + account + ":user/deployer", "userId": "deployer"}, nil
	},
	"aws:index/getRegion:getRegion": func(c Cloud, _ map[string]any) (map[string]any, error) {
		return map[string]any{"id": c.Region, "name": c.Region}, nil
	},
	"aws:iot/getEndpoint:getEndpoint": getEndpoint,
	"aws:route53/getZone:getZone":     getZone,
}

// getEndpoint returns the address of the stand-in for AWS IoT Core.
// https://docs.aws.amazon.com/iot/latest/apireference/API_DescribeEndpoint.html
func getEndpoint(c Cloud, args map[string]any) (map[string]any, error) {
	kind, _ := args["endpointType"].(string)
	if kind != "iot:Data-ATS" {
		return nil, fmt.Errorf("aws:iot/getEndpoint:getEndpoint: expected the endpointType iot:Data-ATS, which devices and functions connect to, got %q", kind)
	}
	if c.Broker == "" {
		return nil, errors.New("aws:iot/getEndpoint:getEndpoint: nothing stands in for AWS IoT Core here: only a deployed stack can be live (live false)")
	}
	return map[string]any{"id": c.Broker, "endpointAddress": c.Broker, "endpointType": kind}, nil
}

// getZone finds every hosted zone except those below .invalid, where no name exists
// (https://www.rfc-editor.org/rfc/rfc2606).
func getZone(_ Cloud, args map[string]any) (map[string]any, error) {
	name, _ := args["name"].(string)
	if strings.HasSuffix(name, ".invalid") {
		return nil, errors.New("no matching Route 53 Hosted Zone found")
	}
	id := "Z" + strings.ToUpper(digest(Resource{Seed: name})[:20])
	return map[string]any{"id": id, "zoneId": id, "name": name}, nil
}

// Call returns the result of a provider's function, and whether the function is
// known. The error is the one that the service would return.
func Call(c Cloud, token string, args map[string]any) (result map[string]any, known bool, err error) {
	f, known := functions[token]
	if !known {
		return nil, false, nil
	}
	result, err = f(c, args)
	return result, true, err
}
