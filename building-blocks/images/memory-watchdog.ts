/** Some twice what the largest image within the limits takes. */
const RSS_MAX = 1_024 * 1_024 * 1_024;
const CHECK_MS = 20;

/** Kills its process when the memory grows beyond the limit: a decoder with a fault must not take the whole machine. */
setInterval(() => {
  if (process.memoryUsage.rss() > RSS_MAX) process.kill(process.pid, 'SIGKILL');
}, CHECK_MS);
