import { LabIcon } from '@jupyterlab/ui-components';

/** The shield of every MLSec command. Inline: labextension bundles and tests read it the same way. */
export const shieldIcon = new LabIcon({
  name: 'mlsec-lab:shield',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3" fill="#616161" d="M12 2 4 5v6c0 5 3.4 9.700 8 11 4.600-1.300 8-6 8-11V5l-8-3zm0 2.100 6 2.300V11c0 4-2.600 7.700-6 8.900V4.100z"/></svg>'
});
