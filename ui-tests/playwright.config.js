/**
 * Three servers, one per kind of front: JupyterLab, Notebook 7, and JupyterLab on a contents manager without files.
 * Ports come from the environment, so that two runs on one machine never test each other's server.
 */
const baseConfig = require('@jupyterlab/galata/lib/playwright-config');

const firstPort = Number(process.env.MLSEC_TEST_PORT || 18888);
const servers = {
  lab: { port: firstPort, command: 'jupyter lab', path: '/lab' },
  notebook: { port: firstPort + 1, command: 'jupyter notebook', path: '/tree' },
  memory: { port: firstPort + 2, command: 'jupyter lab', path: '/lab' }
};

const chromium = process.env.CHROMIUM_PATH || '/usr/bin/chromium';
const url = name => `http://127.0.0.1:${servers[name].port}`;

// Measuring and taking the README's picture are no tests: make bench asks for them.
const measure = process.env.MLSEC_MEASURE ? ['measure'] : [];
const projects = [...Object.keys(servers), 'plain', ...measure];

module.exports = {
  ...baseConfig,
  testDir: './tests',
  outputDir: './test-results',
  reporter: [['list']],
  timeout: 90000,
  expect: { timeout: 20000 },
  workers: 1,
  retries: process.env.CI ? 1 : 0,
  projects: projects.map(name => ({
    name,
    testDir: `./tests/${name}`,
    use: { baseURL: url(name in servers ? name : 'lab') }
  })),
  use: {
    ...baseConfig.use,
    actionTimeout: 20000,
    video: 'off',
    trace: 'off',
    viewport: { width: 1360, height: 800 },
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: Object.entries(servers).map(([name, server]) => ({
    command: `${server.command} --config servers/${name}.py`,
    url: `${url(name)}${server.path}`,
    env: { ...process.env, MLSEC_SERVER_PORT: String(server.port) },
    timeout: 120000,
    reuseExistingServer: false
  }))
};
