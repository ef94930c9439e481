# Thresholds of R's surveillance for its own series and a made one, as CSV on stdout: series, week, count, C1, Farrington.
# Debian: apt-get install --no-install-recommends r-cran-surveillance
suppressMessages(library(surveillance))

made <- sts(observed = matrix(c(3, 5, 4, 6, 2, 5, 4, 7, 3, 12, 4, 5, 6, 3, 5, 30, 28, 6, 4, 5, 0, 1, 0, 0, 2, 9)), frequency = 52)

series <- function(name) {
  if (name == "made") return(made)
  data(list = name, package = "surveillance")
  found <- get(name)
  if (inherits(found, "sts")) found else disProg2sts(found)
}

cat("series,week,count,c1,farrington\n")
for (name in c("made", "salmonella.agona", "abattoir", "shadar", "hepatitisA", "k1", "n1")) {
  counts <- series(name)
  weeks <- nrow(counts@observed)
  c1 <- rep(NA, weeks)
  c1[8:weeks] <- earsC(counts, control = list(range = 8:weeks, method = "C1", alpha = 0.001))@upperbound[, 1]
  flexible <- rep(NA, weeks)
  if (weeks > 52) {
    last <- (weeks - 51):weeks
    control <- list(
      range = last, b = floor((weeks - 55) / 52), w = 3, reweight = TRUE, weightsThreshold = 2.58, noPeriods = 10,
      pastWeeksNotIncluded = 26, trend = TRUE, pThresholdTrend = 1, thresholdMethod = "nbPlugin", alpha = 0.004
    )
    flexible[last] <- suppressWarnings(farringtonFlexible(counts, control))@upperbound[, 1]
  }
  for (week in 1:weeks) {
    cat(name, week, counts@observed[week, 1], format(c1[week], digits = 10), format(flexible[week], digits = 10), sep = ",")
    cat("\n")
  }
}
