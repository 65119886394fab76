/**
 * @NApiVersion 2.1
 */
define(['N/query', 'N/error'], (query, error) => ({
  // some returns the names of the first customers.
  some: (n) => query.runSuiteQLPaged({ query: 'SELECT companyname FROM customer WHERE companyname IS NOT NULL ORDER BY id', pageSize: 5 })
    .fetch({ index: 0 }).data.asMappedResults().slice(0, n).map((c) => c.companyname),

  // named returns the ID of the customer with that name.
  named(name) {
    const [found] = query.runSuiteQL({ query: 'SELECT id FROM customer WHERE companyname = ?', params: [name] }).asMappedResults();
    if (!found) throw error.create({ name: 'NO_CUSTOMER', message: `There is no customer ${name}` });
    return found.id;
  },
}));
