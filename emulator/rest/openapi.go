package rest

import (
	"strings"

	"github.com/sluicehq/sluice/emulator/record/schema"
)

// openAPI describes types as OpenAPI 3.0. Types that were not selected are
// untyped objects in it.
func (c *call) openAPI(types []*schema.Type) object {
	selected := map[string]bool{}
	for _, t := range types {
		selected[t.Name] = true
	}
	schemas := object{}
	for _, name := range []string{"nsLink", "nsResource", "nsResourceCollection", "nsError"} {
		schemas[name] = relocate(sharedSchemas[strings.ToLower(name)])
	}
	ref := func(target string) object {
		if t := c.store.Type(target); t != nil && selected[t.Name] {
			return component(strings.ToLower(t.Name))
		}
		return object{"type": "object"}
	}
	paths := object{}
	for _, t := range types {
		name := strings.ToLower(t.Name)
		described := c.schemaObject(t.Fields, ref)
		c.splitSublists(schemas, described, name, t.Fields)
		schemas[name] = relocate(described)
		schemas[name+"Collection"] = relocate(collectionSchema(component(name)))
		paths["/"+name] = object{
			"get":    operationObject("Get list of records.", listParameters, collectionType, component(name+"Collection")),
			"post":   withBody(operationObject("Insert record.", append(laterParameters, writeParameters...), "", nil), component(name)),
			"put":    withBatch(operationObject("Insert or update records (asynchronous).", append(laterParameters, writeParameters...), "", nil), component(name+"Collection")),
			"patch":  withBatch(operationObject("Update records (asynchronous).", append(laterParameters, writeParameters...), "", nil), component(name+"Collection")),
			"delete": operationObject("Remove records (asynchronous).", append(laterParameters, parameter("ids", "query", "string", "")), "", nil),
		}
		paths["/"+name+"/{id}"] = object{
			"get":    operationObject("Get record.", getParameters, singularType, component(name)),
			"patch":  withBody(operationObject("Update record.", append(pathID, writeParameters...), "", nil), component(name)),
			"put":    withBody(operationObject("Insert or update record.", append(pathID, writeParameters...), "", nil), component(name)),
			"delete": operationObject("Remove record.", pathID, "", nil),
		}
		for _, to := range c.store.Transforms(t) {
			target := strings.ToLower(to)
			described := object{"type": "object"}
			if selected[to] {
				described = component(target)
			}
			paths["/"+name+"/{id}/!transform/"+target] = object{
				"post": withBody(operationObject("Transform to "+to+".", append(pathID, writeParameters...), "", nil), described),
			}
		}
	}
	return object{
		"openapi": "3.0.1", "info": object{"title": "NetSuite REST Record API", "version": "v1"},
		"servers": []object{{"url": c.base() + recordPath}}, "paths": paths, "components": object{"schemas": schemas},
	}
}

const (
	singularType   = "application/vnd.oracle.resource+json; type=singular"
	collectionType = "application/vnd.oracle.resource+json; type=collection"
	errorType      = "application/vnd.oracle.resource+json; type=error"
)

func component(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// splitSublists gives each sublist schemas of its own: salesorder-itemCollection
// and salesorder-itemElement.
func (c *call) splitSublists(schemas, described object, name string, fields *schema.FieldSet) {
	properties := described["properties"].(object)
	for _, f := range fields.List {
		if f.Kind != schema.Sublist || properties[f.Name] == nil {
			continue
		}
		lists := properties[f.Name].(object)["properties"].(object)["items"].(object)
		element := name + "-" + f.Name + "Element"
		schemas[element] = relocate(lists["items"].(object))
		schemas[name+"-"+f.Name+"Collection"] = relocate(collectionSchema(component(element)))
		properties[f.Name] = component(name + "-" + f.Name + "Collection")
	}
}

func collectionSchema(item object) object {
	return object{"type": "object", "properties": object{
		"links": object{"type": "array", "readOnly": true, "items": object{"$ref": metadataRef("nsLink")}},
		"items": object{"type": "array", "items": item}, "count": int64Property, "offset": int64Property,
		"totalResults": int64Property, "hasMore": object{"type": "boolean", "readOnly": true},
	}}
}

// relocate turns catalogue paths in $ref into references inside the document.
func relocate(v object) object {
	out := object{}
	for k, x := range v {
		switch x := x.(type) {
		case object:
			out[k] = relocate(x)
		case string:
			if rest, ok := strings.CutPrefix(x, recordPath+"/metadata-catalog/"); ok && k == "$ref" {
				out[k] = "#/components/schemas/" + rest
				continue
			}
			out[k] = x
		default:
			out[k] = x
		}
	}
	return out
}

func parameter(name, in, kind, format string) object {
	s := object{"type": kind}
	if format != "" {
		s["format"] = format
	}
	return object{"name": name, "in": in, "required": in == "path", "schema": s}
}

var (
	pathID         = []object{parameter("id", "path", "string", "")}
	listParameters = []object{parameter("q", "query", "string", ""), parameter("limit", "query", "integer", "int32"),
		parameter("offset", "query", "integer", "int64"), parameter("expandRecords", "query", "boolean", ""), parameter("ids", "query", "string", "")}
	laterParameters = []object{parameter("Prefer", "header", "string", ""), parameter("X-NetSuite-Idempotency-Key", "header", "string", "uuid")}
	getParameters   = []object{parameter("id", "path", "string", ""), parameter("expandSubResources", "query", "boolean", ""),
		parameter("simpleEnumFormat", "query", "boolean", ""), parameter("expand", "query", "string", ""), parameter("fields", "query", "string", "")}
	writeParameters = []object{parameter("replace", "query", "string", ""), parameter("replaceSelectedFields", "query", "boolean", ""),
		parameter("X-NetSuite-PropertyNameValidation", "header", "string", ""),
		parameter("X-NetSuite-PropertyValueValidation", "header", "string", "")}
)

func operationObject(summary string, parameters []object, contentType string, answer object) object {
	success := object{"204": object{"description": "No Content"}}
	if answer != nil {
		success = object{"200": object{"description": "OK", "content": object{contentType: object{"schema": answer}}}}
	}
	success["default"] = object{"description": "Error", "content": object{errorType: object{"schema": component("nsError")}}}
	return object{"summary": summary, "parameters": parameters, "responses": success}
}

func withBatch(op, input object) object {
	op["requestBody"] = object{"content": object{collectionType: object{"schema": input}}}
	return op
}

func withBody(op, input object) object {
	op["requestBody"] = object{"content": object{singularType: object{"schema": input}}}
	return op
}
