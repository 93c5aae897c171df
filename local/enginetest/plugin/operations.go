package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"api-auth-jwt-auth0/local/enginetest/account"
	"api-auth-jwt-auth0/local/provider"
)

// Create creates a resource. In a preview it returns which values are not known yet.
func (p *Plugin) Create(_ context.Context, req plugin.CreateRequest) (plugin.CreateResponse, error) {
	row, err := lookup(req.Type)
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	want := provider.Resource{Type: row.Token, URN: string(req.URN), Name: req.URN.Name(), Inputs: values(req.Properties)}
	if req.Preview {
		_, computed := row.Create(p.cloud, want)
		return plugin.CreateResponse{Properties: outputs(row, req.Properties, computed, true), Status: resource.StatusOK}, nil
	}
	var response plugin.CreateResponse
	op := account.Operation{Kind: "create", Type: row.Token, Name: want.Name, Region: p.region(row)}
	err = p.Account.Do(op, func(s *account.Session) error {
		want.Seed = fmt.Sprint(want.URN, " ", s.Number())
		id, computed := row.Create(p.cloud, want)
		response = plugin.CreateResponse{ID: resource.ID(id), Properties: outputs(row, req.Properties, computed, false), Status: resource.StatusOK}
		r, err := p.resource(row, id, req.Properties, response.Properties)
		if err != nil {
			return err
		}
		r.URN = want.URN
		if _, err := s.Get(r); err == nil && row.Overwrites {
			return errors.Join(checkRefs(s, row, r), s.Update(r))
		}
		return errors.Join(checkRefs(s, row, r), checkConflicts(s, row, r), s.Create(r))
	})
	if err != nil {
		return plugin.CreateResponse{}, err
	}
	return response, nil
}

// Read returns an existing resource. An empty ID tells the engine that the resource is
// deleted.
func (p *Plugin) Read(_ context.Context, req plugin.ReadRequest) (plugin.ReadResponse, error) {
	row, err := lookup(req.Type)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	known, err := p.resource(row, string(req.ID), req.Inputs, req.State)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	found, err := p.Account.Read(known)
	if errors.Is(err, account.ErrNotFound) {
		return plugin.ReadResponse{Status: resource.StatusOK}, nil
	}
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	inputs, err := unmarshal(found.Inputs)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	state, err := unmarshal(found.Outputs)
	if err != nil {
		return plugin.ReadResponse{}, err
	}
	result := plugin.ReadResult{ID: req.ID, Inputs: secrets(row, inputs), Outputs: secrets(row, state)}
	return plugin.ReadResponse{ReadResult: result, Status: resource.StatusOK}, nil
}

// Update sets a resource's new inputs. Computed values do not change, and those that
// only the new inputs have, such as a table's stream, are added.
func (p *Plugin) Update(_ context.Context, req plugin.UpdateRequest) (plugin.UpdateResponse, error) {
	row, err := lookup(req.Type)
	if err != nil {
		return plugin.UpdateResponse{}, err
	}
	state := req.OldOutputs.Copy()
	for key := range req.OldInputs {
		delete(state, key)
	}
	maps.Copy(state, req.NewInputs)
	seed := fmt.Sprint(req.URN, " ", req.ID)
	_, computed := row.Create(p.cloud, provider.Resource{Type: row.Token, URN: string(req.URN), Name: req.URN.Name(), Seed: seed, Inputs: values(req.NewInputs)})
	state = outputs(row, state, computed, req.Preview)
	response := plugin.UpdateResponse{Properties: state, Status: resource.StatusOK}
	if req.Preview {
		return response, nil
	}
	r, err := p.resource(row, string(req.ID), req.NewInputs, state)
	if err != nil {
		return plugin.UpdateResponse{}, err
	}
	r.URN = string(req.URN)
	op := account.Operation{Kind: "update", Type: row.Token, Name: req.URN.Name(), ID: r.ID, Region: r.Region}
	err = p.Account.Do(op, func(s *account.Session) error {
		return errors.Join(checkRefs(s, row, r), checkConflicts(s, row, r), s.Update(r))
	})
	return response, err
}

// Delete removes a resource, and the objects of a bucket if it has forceDestroy. It
// refuses a table that has deletion protection.
func (p *Plugin) Delete(_ context.Context, req plugin.DeleteRequest) (plugin.DeleteResponse, error) {
	row, err := lookup(req.Type)
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	r, err := p.resource(row, string(req.ID), req.Inputs, req.Outputs)
	if err != nil {
		return plugin.DeleteResponse{}, err
	}
	op := account.Operation{Kind: "delete", Type: row.Token, Name: req.URN.Name(), ID: r.ID, Region: r.Region}
	err = p.Account.Do(op, func(s *account.Session) error {
		if kept := plain(req.Inputs)["deletionProtectionEnabled"]; kept.IsBool() && kept.BoolValue() {
			return errors.New("ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first")
		}
		if force := plain(req.Inputs)["forceDestroy"]; row.Token == provider.S3Bucket && force.IsBool() && force.BoolValue() {
			if err := empty(s, r); err != nil {
				return err
			}
		}
		return s.Delete(r)
	})
	return plugin.DeleteResponse{Status: resource.StatusOK}, err
}

// empty removes the objects of a bucket, including those that the engine does not know.
func empty(s *account.Session, bucket account.Resource) error {
	all, err := s.All()
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.Type == provider.S3Object && r.Refs["bucket"] == bucket.ID {
			err = errors.Join(err, s.Discard(r))
		}
	}
	return err
}

// checkRefs refuses a resource that refers to one that does not exist, by its ID or by
// its identifier.
func checkRefs(s *account.Session, row provider.Type, r account.Resource) error {
	all, err := s.All()
	if err != nil {
		return err
	}
	for input, want := range row.Refs {
		value := r.Refs[input]
		if value == "" {
			continue
		}
		if !slices.ContainsFunc(all, func(other account.Resource) bool { return other.Type == want && named(other, value) }) {
			return fmt.Errorf("%s %q does not exist", want, value)
		}
	}
	return nil
}

func named(r account.Resource, name string) bool {
	var inputs struct{ Identifier string }
	return r.ID == name || json.Unmarshal(r.Inputs, &inputs) == nil && inputs.Identifier == name
}

func (p *Plugin) region(row provider.Type) string {
	if row.Global {
		return ""
	}
	return p.cloud.Region
}

// resource returns a resource as the account stores it.
func (p *Plugin) resource(row provider.Type, id string, inputs, state resource.PropertyMap) (account.Resource, error) {
	in, err := marshal(inputs)
	if err != nil {
		return account.Resource{}, err
	}
	out, err := marshal(state)
	if err != nil {
		return account.Resource{}, err
	}
	refs := map[string]string{}
	for input := range row.Refs {
		if value := plain(inputs)[resource.PropertyKey(input)]; value.IsString() {
			refs[input] = value.StringValue()
		}
	}
	delete(refs, "authorizerId") // may change, and is not part of a route's identity
	return account.Resource{Type: row.Token, ID: id, Region: p.region(row), Refs: refs, Inputs: in, Outputs: out}, nil
}
