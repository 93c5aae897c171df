// Package orderservice is a program with a resource of each kind that handlers can use, for
// tests of deployments: a table with an index, an expiry and a stream, a queue and a FIFO
// queue, a bucket for uploads, a schedule and a secret.
//
// It is separate from the project's own program, whose routes and resources its owner may
// change. Only tests import it.
package orderservice

import (
	"path/filepath"
	"time"

	"api-auth-jwt-auth0/infra"
	"api-auth-jwt-auth0/infra/artifact"
	"api-auth-jwt-auth0/infra/bucket"
	"api-auth-jwt-auth0/infra/queue"
	"api-auth-jwt-auth0/infra/schedule"
	"api-auth-jwt-auth0/infra/secret"
	"api-auth-jwt-auth0/infra/table"
)

// Setting is the encrypted setting that holds the value of the service's secret.
const Setting = "paymentsKey"

// A version contains the differences between New and Changed.
type version struct {
	indexes  []table.Option
	attempts int
	keep     time.Duration
	cron     string
	batch    int
	currency string
}

// New returns a run of the service's program. root is the folder of WriteSources.
func New(root string) infra.Deployment {
	return deployment(root, version{
		indexes:  []table.Option{table.Index("byDay", "day", "total:N")},
		attempts: 5, keep: 365 * 24 * time.Hour, cron: "0 6 * * ? *", batch: 100, currency: "EUR",
	})
}

// Changed is New after a change to a resource of each kind.
func Changed(root string) infra.Deployment {
	return deployment(root, version{
		indexes:  []table.Option{table.Index("byDay", "day", "total:N"), table.Index("byState", "state")},
		attempts: 3, keep: 30 * 24 * time.Hour, cron: "0 7 * * ? *", batch: 50, currency: "CHF",
	})
}

func deployment(root string, v version) infra.Deployment {
	var (
		orders = table.New("orders", append(v.indexes, table.Key("customer", "id"), table.ExpiresAt("expires"))...)
		mails  = queue.New("mails", queue.Attempts(v.attempts))
		ledger = queue.New("ledger", queue.FIFO())
		// Pages of this origin use presigned URLs.
		receipts = bucket.New("receipts", bucket.Expires(v.keep), bucket.UploadsFrom("https://app.example.com"))
		payments = secret.New(Setting)
	)
	return infra.Deployment{
		Rights: infra.ProjectRights(),
		Routes: []infra.Route{
			{Method: "POST", Path: "/orders", Handler: "orders", Authorization: infra.JWT, Scopes: []string{infra.Scopes[0].Name}},
			{Method: "GET", Path: "/orders/{id}", Handler: "orders", Authorization: infra.JWT, Scopes: []string{infra.Scopes[0].Name}},
		},
		Resources: []infra.Resource{orders, mails, ledger, receipts, payments},
		Handlers: map[string]infra.Handler{
			"orders": {
				Uses:        []infra.Use{orders.ReadWrite(), mails.Send(), ledger.Send(), receipts.Read("mail/"), payments.Read()},
				Environment: map[string]string{"CURRENCY": v.currency},
				MemoryMB:    512, Timeout: 5 * time.Second,
			},
			"mailer":  {On: mails.Batches(v.batch, 5*time.Second), Uses: []infra.Use{receipts.Write("mail/")}, Timeout: time.Minute, Concurrency: 5},
			"booker":  {On: ledger.Messages(10)},
			"auditor": {On: orders.Changes(v.batch), Uses: []infra.Use{orders.Write()}},
			"report":  {On: schedule.Cron(v.cron, "Europe/Berlin"), Uses: []infra.Use{orders.Read(), receipts.Read(), receipts.Delete("mail/")}},
		},
		Builder: artifact.Builder{Target: artifact.Lambda, Root: root, SiteDir: filepath.Join(root, "site")},
		Now:     time.Now,
	}
}
