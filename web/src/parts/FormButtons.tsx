import { Button, Group } from '@mantine/core';

interface FormButtonsProps {
  yes: string;
  pending: boolean;
  onCancel: () => void;
}

/** The end of a form in a dialog: leave it, or send it. */
export function FormButtons({ yes, pending, onCancel }: FormButtonsProps) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={pending}>
        {yes}
      </Button>
    </Group>
  );
}
