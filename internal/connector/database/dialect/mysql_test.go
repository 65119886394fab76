package dialect

import (
	"errors"
	"fmt"
	"testing"

	mysqldriver "github.com/go-sql-driver/mysql"
)

func TestMySQLFaults(t *testing.T) {
	for number, want := range map[uint16]Severity{1062: OfRow, 1213: OfMoment, 1205: OfMoment, 1146: OfDatabase, 1644: OfRow, 1040: OfDatabase} {
		f := mysql{}.Fault(fmt.Errorf("while writing: %w", &mysqldriver.MySQLError{Number: number, SQLState: map[uint16][5]byte{1644: {'4', '5', '0', '0', '0'}}[number], Message: "m"}))
		if f.Severity != want {
			t.Errorf("%d: %+v", number, f)
		}
	}
	if f := (mysql{}).Fault(errors.New("other")); f.Severity != OfDatabase || f.Code != "sql.failed" {
		t.Errorf("%+v", f)
	}
}
