// Package suiteql holds the parts of SuiteQL paging that need no connection:
// the query of each page, the decoder of its answer, and the rows.
//
// NetSuite gives a query 100,000 rows at most, a page 1,000, and pages by offset
// lose and repeat rows when data changes meanwhile. So a [Query] names the
// columns of a unique key, and each page asks for the rows behind the last key
// of the page before.
package suiteql
