import { Kbd, Modal, Table } from '@mantine/core';

/** Which keys do what, as a dialog. */
export function KeyHelp({ keys, onClose }: { keys: [keys: string[], what: string][]; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keys on this page" centered>
      <Table withRowBorders={false} verticalSpacing={6}>
        <Table.Tbody>
          {keys.map(([names, what]) => (
            <Table.Tr key={what}>
              <Table.Th scope="row" w={130} fw={400}>
                {names.map((name, n) => (
                  <span key={name}>
                    {n > 0 && ' '}
                    <Kbd>{name}</Kbd>
                  </span>
                ))}
              </Table.Th>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
