import { useLocalStorage, useMediaQuery } from '@mantine/hooks';

/** How the steps are shown: as a drawing, or one below another. */
export type FlowView = 'canvas' | 'list';

/** The way of showing that was chosen last; a drawing needs a wide screen. */
export function useFlowView() {
  const wide = useMediaQuery('(min-width: 62em)', undefined, { getInitialValueInEffect: false }) ?? true;
  const [chosen, choose] = useLocalStorage<FlowView>({ key: 'sluice.flow.view', defaultValue: 'canvas', getInitialValueInEffect: false });
  return { view: wide ? chosen : 'list', wide, choose } as const;
}
