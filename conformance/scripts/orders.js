/**
 * A RESTlet as people write them: reads, makes, changes and deletes sales orders.
 *
 * @NApiVersion 2.1
 * @NScriptType Restlet
 */
define(['N/record', 'N/search', 'N/error', 'N/log', './customers'], (record, search, error, log, customers) => {
  // choices are what an order can be made of.
  const choices = () => {
    const items = search.create({ type: 'inventoryitem', filters: [['isinactive', 'is', 'F']], columns: ['itemid'] })
      .run().getRange({ start: 0, end: 2 }).map((item) => item.getValue({ name: 'itemid' }));
    return { items, customers: customers.some(2) };
  };

  const get = ({ id, choose }) => {
    if (choose === 'yes') return choices();
    if (!id) throw error.create({ name: 'NO_ORDER', message: 'Say which order: id' });
    const lines = [];
    search.create({
      type: search.Type.SALES_ORDER,
      filters: [['internalid', 'anyof', id], 'AND', ['mainline', 'is', 'F'], 'AND', ['taxline', 'is', 'F']],
      columns: ['item', 'quantity', 'rate'],
    }).run().each((line) => lines.push({ item: line.getText('item'), quantity: Number(line.getValue('quantity')), rate: Number(line.getValue('rate')) }));
    const { memo, entity } = search.lookupFields({ type: 'salesorder', id, columns: ['memo', 'entity'] });
    return { id: Number(id), memo, customer: entity[0].text, lines };
  };

  const post = ({ customer, memo, lines }) => {
    const order = record.create({ type: record.Type.SALES_ORDER, isDynamic: true });
    order.setValue({ fieldId: 'entity', value: customers.named(customer) });
    order.setValue({ fieldId: 'memo', value: memo });
    for (const { item, quantity, rate } of lines) {
      order.selectNewLine({ sublistId: 'item' });
      order.setCurrentSublistText({ sublistId: 'item', fieldId: 'item', text: item });
      order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'quantity', value: quantity });
      order.setCurrentSublistValue({ sublistId: 'item', fieldId: 'rate', value: rate });
      order.commitLine({ sublistId: 'item' });
    }
    const id = order.save();
    log.audit({ title: 'order made', details: { id } });
    return { id };
  };

  const put = ({ id, memo }) => ({ id: record.submitFields({ type: 'salesorder', id, values: { memo } }) });

  const remove = ({ id }) => ({ id: record.delete({ type: 'salesorder', id }) });

  return { get, post, put, delete: remove };
});
