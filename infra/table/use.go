package table

import (
	"slices"

	"api-auth-jwt-auth0/infra/kind"
)

// The actions of each use. PartiQL has its own actions and is omitted.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
var (
	reads    = []string{"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem"}
	searches = []string{"dynamodb:Query", "dynamodb:Scan"} // also for indexes
	writes   = []string{"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
)

// Read allows a handler to get, query and scan items, also by the table's indexes. It does
// not allow writing.
func (t *Table) Read() kind.Use {
	searched := []string{""}
	if len(t.indexes) > 0 {
		searched = append(searched, "/index/*")
	}
	return kind.Use{Of: t, Grants: []kind.Grant{{Actions: reads, On: []string{""}}, {Actions: searches, On: searched}}}
}

// Write allows a handler to put, update and delete items. It allows reading only in the
// conditions of writes and in the values that they return.
func (t *Table) Write() kind.Use {
	return kind.Use{Of: t, Grants: []kind.Grant{{Actions: writes, On: []string{""}}}}
}

// ReadWrite combines Read and Write.
func (t *Table) ReadWrite() kind.Use {
	return kind.Use{Of: t, Grants: slices.Concat(t.Read().Grants, t.Write().Grants)}
}
