package wsdl

import "testing"

func TestLoad(t *testing.T) {
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	customer := s.Type("listRel", "Customer")
	if customer == nil || !customer.Is("Record") || customer.Field("nullFieldList") != customer.Fields()[0] {
		t.Fatalf("Customer is %+v", customer)
	}
	if f := customer.Field("addressbookList"); f == nil || f.Type.List().Name != "addressbook" || f.Type.Attr("replaceAll").Default != "true" {
		t.Errorf("addressbookList is %+v", f)
	}
	if f := s.Message("addResponse").Field("writeResponse"); f == nil || f.Type.Name != "WriteResponse" || !f.Required {
		t.Errorf("writeResponse is %+v", f)
	}
	if len(s.Operations) != 42 {
		t.Errorf("%d operations", len(s.Operations))
	}
}
