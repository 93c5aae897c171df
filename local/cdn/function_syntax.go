package cdn

import (
	"errors"
	"fmt"
	"math/big"
	"reflect"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// checkSyntax refuses what the runtime does not document, although this interpreter
// would run it: such a function could not be deployed. The error joins all places,
// each with its line.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html#writing-functions-javascript-features-core-20
func checkSyntax(program *ast.Program) error {
	var problems []error
	walk(reflect.ValueOf(program.Body), func(node any) {
		if feature := unsupported(node); feature != "" {
			problems = append(problems, fmt.Errorf("line %d: %s is not a documented feature of %s", line(program, node), feature, runtimeName))
		}
	})
	return errors.Join(problems...)
}

// unsupported is the name of the unsupported feature of a node, or "".
func unsupported(node any) string {
	switch node.(type) {
	case *ast.ClassLiteral:
		return "class"
	case *ast.ForOfStatement:
		return "for-of"
	case *ast.ArrayPattern, *ast.ObjectPattern:
		return "destructuring"
	case *ast.SpreadElement:
		return "spread"
	case *ast.Optional:
		return "optional chaining"
	case *ast.PropertyShort:
		return "a shorthand property"
	case *ast.MetaProperty:
		return "new.target"
	case *ast.YieldExpression:
		return "yield"
	}
	return unsupportedForm(node)
}

// unsupportedForm is unsupported for nodes that are supported in older forms.
func unsupportedForm(node any) string {
	switch n := node.(type) {
	case *ast.FunctionLiteral:
		if n.Generator {
			return "a generator"
		}
	case *ast.ParameterList:
		for _, p := range n.List {
			if p.Initializer != nil {
				return "a default parameter"
			}
		}
	case *ast.PropertyKeyed:
		if n.Computed || n.Kind == ast.PropertyKindMethod {
			return "a computed or shorthand method property"
		}
	case *ast.BinaryExpression:
		if n.Operator == token.COALESCE {
			return "??"
		}
	case *ast.AssignExpression:
		if n.Operator == token.COALESCE || n.Operator == token.LOGICAL_AND || n.Operator == token.LOGICAL_OR {
			return "logical assignment"
		}
	case *ast.NumberLiteral:
		if _, ok := n.Value.(*big.Int); ok {
			return "BigInt"
		}
	case *ast.TemplateLiteral:
		if n.Tag != nil {
			return "a tagged template"
		}
	}
	return ""
}

// walk calls visit with every struct that is pointed to, below v.
func walk(v reflect.Value, visit func(node any)) {
	switch v.Kind() {
	case reflect.Interface:
		walk(v.Elem(), visit)
	case reflect.Pointer:
		if !v.IsNil() && v.CanInterface() {
			visit(v.Interface())
			walk(v.Elem(), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			// The list repeats declarations of the body.
			if f := v.Type().Field(i); f.IsExported() && f.Name != "DeclarationList" {
				walk(v.Field(i), visit)
			}
		}
	}
}

// line is where a node begins, counted from 1.
func line(program *ast.Program, node any) int {
	n, ok := node.(ast.Node)
	if !ok {
		return 1
	}
	return program.File.Position(int(n.Idx0()) - program.File.Base()).Line
}
