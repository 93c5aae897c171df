package table

import (
	"slices"

	"api-auth-jwt-auth0/infra/kind"
)

// The actions of each use. PartiQL has actions of its own and is left out.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
var (
	reads    = []string{"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem"}
	searches = []string{"dynamodb:Query", "dynamodb:Scan"} // which indexes have too
	writes   = []string{"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
)

// Read lets a handler get, query and scan items, by the table's indexes too. It can
// write none.
func (t *Table) Read() kind.Use {
	searched := []string{""}
	if len(t.indexes) > 0 {
		searched = append(searched, "/index/*")
	}
	return kind.Use{Of: t, Grants: []kind.Grant{{Actions: reads, On: []string{""}}, {Actions: searches, On: searched}}}
}

// Write lets a handler put, update and delete items. It can read none, except in the
// conditions of its writes and what they return.
func (t *Table) Write() kind.Use {
	return kind.Use{Of: t, Grants: []kind.Grant{{Actions: writes, On: []string{""}}}}
}

// ReadWrite is Read and Write.
func (t *Table) ReadWrite() kind.Use {
	return kind.Use{Of: t, Grants: slices.Concat(t.Read().Grants, t.Write().Grants)}
}
