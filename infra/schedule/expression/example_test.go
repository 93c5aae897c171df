package expression_test

import (
	"fmt"
	"time"

	"api-auth-jwt-auth0/infra/schedule/expression"
)

func ExampleParse() {
	daily, err := expression.Parse("cron(0 6 ? * MON-FRI *)", "Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, time.October, 23, 12, 0, 0, 0, time.UTC) // a Friday
	for range 2 {
		at = daily.Next(at)
		fmt.Println(at)
	}
	_, err = expression.Parse("cron(0 25 * * ? *)", "")
	fmt.Println(err)
	// Output:
	// 2026-10-26 06:00:00 +0100 CET
	// 2026-10-27 06:00:00 +0100 CET
	// cron(0 25 * * ? *): hour: expected a value from 0 to 23, got "25"
}
