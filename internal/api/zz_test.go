package api
import ("testing";"os")
func TestZZ(t *testing.T){ a,err:=New(Config{}); if err!=nil{t.Fatal(err)}; os.WriteFile("/tmp/api-spec.json",a.Document(),0o644); os.WriteFile("/tmp/api-docs.html",a.docs,0o644)}
