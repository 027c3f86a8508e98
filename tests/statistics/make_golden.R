#!/usr/bin/env Rscript
# Golden values of the estimators, from R's `survival` and `stats`: for each case a request and R's answer to it.
#
#   Rscript tests/statistics/make_golden.R          writes tests/statistics/golden/*.json
#
# Needs r-base-core and r-cran-survival; made with R 4.2.2 and survival 3.5-3. The tests read the files that are
# committed and need no R. Data: those that come with the package, and data generated with a fixed seed, rounded so
# that the decimal text is the number.
suppressPackageStartupMessages(library(survival))
options(digits = 17, warn = 1)
folder <- file.path(dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))), "golden")
dir.create(folder, showWarnings = FALSE)

# -- JSON ------------------------------------------------------------------------------------------------------------

json <- function(x) {
    if (is.null(x)) return("null")
    if (is.list(x)) {
        parts <- vapply(x, json, "")
        if (is.null(names(x))) return(paste0("[", paste(parts, collapse = ","), "]"))
        return(paste0("{", paste0(quoted(names(x)), ":", parts, collapse = ","), "}"))
    }
    parts <- if (is.character(x)) quoted(x) else if (is.factor(x)) quoted(as.character(x))
             else ifelse(is.finite(x), sprintf("%.17g", x), "null")
    if (inherits(x, "scalar")) parts else paste0("[", paste(parts, collapse = ","), "]")
}
quoted <- function(x) paste0("\"", gsub("\"", "\\\\\"", x), "\"")
one <- function(x) structure(if (is.factor(x)) as.character(x) else unname(as.vector(x)), class = "scalar")

write_case <- function(name, about, request, answer) {
    case <- list(about = one(about), request = request, answer = answer)
    text <- vapply(names(case), function(n) paste0("  ", quoted(n), ": ", json(case[[n]])), "")
    writeLines(c("{", paste(text, collapse = ",\n"), "}"), file.path(folder, paste0(name, ".json")))
}

# -- requests and R's answers ----------------------------------------------------------------------------------------
# `d` is a data frame with time and event, and maybe entry, group, strata, id; `event` may hold causes.

request <- function(analysis, d, covariates = NULL, ...) {
    options <- lapply(list(...), one)
    columns <- d[intersect(c("time", "entry", "event", "group", "strata", "id"), names(d))]
    columns <- lapply(as.list(columns), function(column) if (is.factor(column)) as.character(column) else unclass(column))
    if (!is.null(covariates)) columns$covariates <- as.list(d[covariates])
    c(list(analysis = one(analysis)), columns, options)
}

response <- function(d) {
    happened <- as.integer(d$event > 0)
    if (is.null(d$entry)) Surv(d$time, happened) else Surv(d$entry, d$time, happened)
}
# Rows of one person that join without an event between them are one row. survfit() knows this for one person's rows
# in one state, but lists the times between them, and refuses gaps when there are several causes.
joined <- function(d) {
    if (is.null(d$id)) return(d)
    d <- d[order(d$id, d$time), ]
    for (i in rev(seq_len(nrow(d) - 1))) if (d$id[i] == d$id[i + 1] && d$event[i] == 0 && d$time[i] == d$entry[i + 1]) {
        d$entry[i + 1] <- d$entry[i]; d <- d[-i, ]
    }
    d
}
levels_of <- function(d) if (is.null(d$group)) list(NULL) else as.list(sort(unique(d$group)))
part <- function(d, level) if (is.null(level)) d else d[d$group == level, ]
named <- function(level) if (is.null(level)) NULL else one(level)

kaplan_meier <- function(d, interval = "log-log", confidence = 0.95) list(groups = lapply(levels_of(d), function(level) {
    p <- part(d, level)
    fit <- survfit(response(joined(p)) ~ 1, conf.type = interval, conf.int = confidence)
    s <- summary(fit, censored = TRUE)
    rows <- lapply(seq_along(s$time), function(i) list(
        time = one(s$time[i]), nRisk = one(s$n.risk[i]), nEvent = one(s$n.event[i]), nCensor = one(s$n.censor[i]),
        survival = one(s$surv[i]), standardError = one(s$std.err[i]), lower = one(s$lower[i]), upper = one(s$upper[i])))
    list(group = named(level), n = one(nrow(p)), events = one(sum(p$event > 0)), rows = rows, median = list(
        estimate = one(s$table["median"]), lower = one(s$table[8]), upper = one(s$table[9])))
}))

rmst <- function(d, tau) list(groups = lapply(levels_of(d), function(level) {
    fit <- survfit(response(part(d, level)) ~ 1)
    table <- survival:::survmean(fit, rmean = tau)$matrix
    list(group = named(level), mean = one(table["rmean"]), standardError = one(table["se(rmean)"]))
}))

# survdiff() refuses delayed entry, so the test is written out here: observed less expected at each time with events,
# with the hypergeometric variance. Without delayed entry it is held against survdiff().
log_rank <- function(d) {
    strata <- if (is.null(d$strata)) rep(1, nrow(d)) else d$strata
    groups <- sort(unique(d$group))
    entry <- if (is.null(d$entry)) rep(-Inf, nrow(d)) else d$entry
    observed <- expected <- numeric(length(groups)); variance <- matrix(0, length(groups), length(groups))
    for (s in unique(strata)) for (t in unique(d$time[d$event > 0 & strata == s])) {
        there <- strata == s & entry < t & d$time >= t
        n <- sum(there); now <- there & d$time == t & d$event > 0; m <- sum(now)
        share <- vapply(groups, function(g) sum(there & d$group == g), 0) / n
        observed <- observed + vapply(groups, function(g) sum(now & d$group == g), 0)
        expected <- expected + m * share
        if (n > 1) variance <- variance + m * (n - m) / (n - 1) * (diag(share) - outer(share, share))
    }
    keep <- which(expected > 0)[-1]
    difference <- (observed - expected)[keep]
    value <- sum(solve(variance[keep, keep], difference) * difference)
    if (is.null(d$entry)) {
        r <- if (is.null(d$strata)) survdiff(response(d) ~ group, d) else survdiff(response(d) ~ group + strata(strata), d)
        stopifnot(isTRUE(all.equal(as.vector(r$chisq), as.vector(value), tolerance = 1e-10)))
        stopifnot(isTRUE(all.equal(unname(if (is.matrix(r$exp)) rowSums(r$exp) else as.vector(r$exp)), unname(expected), tolerance = 1e-10)))
    }
    list(chiSquare = one(value), degreesOfFreedom = one(length(keep)),
         pValue = one(pchisq(value, length(keep), lower.tail = FALSE)), groups = lapply(seq_along(groups), function(i)
             list(group = one(groups[i]), observed = one(observed[i]), expected = one(expected[i]))))
}

# The default of coxph() stops when the likelihood moves by less than 1e-9, which leaves the coefficients with eight
# digits or so; here it goes on.
cox <- function(d, covariates, ties = "efron", confidence = 0.95) {
    terms <- c(sprintf("`%s`", covariates), if (!is.null(d$strata)) "strata(strata)")
    y <- response(d)
    fit <- coxph(reformulate(terms, "y"), d, ties = ties,
                 control = coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 100))
    s <- summary(fit, conf.int = confidence)
    table <- s$coefficients; limits <- s$conf.int
    list(n = one(fit$n), events = one(fit$nevent), coefficients = lapply(seq_along(covariates), function(i) {
        gone <- is.na(coef(fit)[i])
        value <- function(x) if (gone) NULL else one(x)
        list(term = one(covariates[i]), estimate = value(table[i, 1]), standardError = value(table[i, 3]),
             hazardRatio = value(table[i, 2]), lower = value(limits[i, 3]), upper = value(limits[i, 4]),
             z = value(table[i, 4]), pValue = value(table[i, 5]))
    }), logLikelihood = fit$loglik, concordance = one(concordance(fit)$concordance))
}

aalen_johansen <- function(d) {
    causes <- sort(unique(d$event[d$event > 0]))
    list(groups = lapply(levels_of(d), function(level) {
        p <- joined(part(d, level))
        state <- factor(p$event, c(0, causes))
        row <- seq_len(nrow(p)); person <- if (is.null(p$id)) row else p$id
        y <- if (is.null(p$entry)) Surv(p$time, state) else Surv(p$entry, p$time, state)
        # The influence of a person is the sum of that of the rows; survfit() itself would only take `id`, without gaps.
        fit <- survfit(y ~ 1, id = row, influence = TRUE)
        error <- apply(fit$influence.pstate, 3, function(rows) sqrt(colSums(rowsum(rows, person)^2)))[-1, , drop = FALSE]
        if (is.null(p$id)) stopifnot(isTRUE(all.equal(unname(error), unname(fit$std.err), tolerance = 1e-12)))
        list(group = named(level), causes = lapply(seq_along(causes), function(k) list(
            cause = one(causes[k]), rows = lapply(seq_along(fit$time), function(i) list(
                time = one(fit$time[i]), incidence = one(fit$pstate[i, k + 1]), standardError = one(error[i, k + 1]))))))
    }))
}

rate <- function(d, reference = NULL, confidence = 0.95) {
    groups <- lapply(levels_of(d), function(level) {
        p <- part(d, level)
        x <- sum(p$event > 0); t <- sum(p$time - if (is.null(p$entry)) 0 else p$entry)
        r <- poisson.test(x, t, conf.level = confidence)
        list(group = named(level), events = one(x), time = one(t), rate = one(r$estimate),
             lower = one(r$conf.int[1]), upper = one(r$conf.int[2]))
    })
    ratio <- NULL
    if (length(groups) == 2) {
        if (!is.null(reference) && reference == groups[[2]]$group) pair <- groups else pair <- rev(groups)
        r <- poisson.test(c(pair[[1]]$events, pair[[2]]$events), c(pair[[1]]$time, pair[[2]]$time), conf.level = confidence)
        ratio <- list(estimate = one(r$estimate), lower = one(r$conf.int[1]), upper = one(r$conf.int[2]))
    }
    list(groups = groups, ratio = ratio)
}

# -- data ------------------------------------------------------------------------------------------------------------

seeded <- function(seed, n) { set.seed(seed, kind = "Mersenne-Twister"); data.frame(row = seq_len(n)) }

lung <- with(na.omit(survival::lung[, c("time", "status", "sex", "age", "ph.ecog", "wt.loss", "ph.karno")]), data.frame(
    time, event = status - 1, group = sex, age, ecog = ph.ecog, wt.loss, karno = ph.karno))
veteran <- with(survival::veteran, data.frame(time, event = status, group = as.character(celltype), strata = trt,
    karno, age, trt, diagtime, prior))
heart <- with(survival::heart, data.frame(entry = start, time = stop, event, group = surgery, id, age, year, surgery,
    transplant = as.numeric(transplant) - 1))
heart$entry[heart$entry == heart$time] <- heart$time[heart$entry == heart$time] - 0.5
bladder <- with(survival::bladder2, data.frame(entry = start, time = stop, event, strata = enum, id, rx, size, number))
mgus <- with(survival::mgus2, data.frame(time = ifelse(pstat == 0, futime, ptime), event = ifelse(pstat == 0, 2 * death, 1),
    group = as.character(sex), age, sex = as.numeric(sex == "M")))
mgus <- mgus[mgus$time > 0, ]
# Age as time scale: everyone enters late.
mgus_age <- with(mgus, data.frame(entry = 12 * age, time = 12 * age + time, event, group))

# Whole weeks, hence many ties; two strata; a third group without any event.
tied <- within(seeded(41, 240), {
    group <- sample(c("both", "register", "wlt"), 240, TRUE); strata <- sample(1:3, 240, TRUE)
    x <- round(rnorm(240), 3); z <- rbinom(240, 1, 0.4)
    fails <- rexp(240, 0.05 * exp(0.6 * x - 0.8 * z)); leaves <- runif(240, 0, 60)
    time <- pmax(1, ceiling(pmin(fails, leaves))); event <- as.numeric(fails <= leaves)
    event[group == "wlt" & time < 8] <- 0
})[c("time", "event", "group", "strata", "x", "z")]
quiet <- rbind(tied[1:80, ], data.frame(time = 1:6, event = 0, group = "abroad", strata = 1, x = 0, z = 0))

# Delayed entry, with a risk set of one early on.
late <- within(seeded(42, 200), {
    group <- rbinom(200, 1, 0.5); x <- round(rnorm(200), 4); strata <- sample(c("north", "south"), 200, TRUE)
    entry <- round(runif(200, 0, 30), 2); time <- round(entry + 0.01 + rexp(200, 0.06 * exp(0.5 * group)), 2)
    event <- rbinom(200, 1, 0.7)
    entry[1] <- 0; time[1] <- 6.5; event[1] <- 0
})[c("entry", "time", "event", "group", "strata", "x")]

# Prison is no time at risk: each person has one to three stretches, some of which join, and the last may end in one
# of three causes.
gaps <- do.call(rbind, lapply(1:120, function(i) {
    set.seed(4300 + i)
    stretches <- sample(1:3, 1); at <- sample(0:5, 1); x <- round(rnorm(1), 2); group <- if (i %% 2) "A" else "B"
    do.call(rbind, lapply(seq_len(stretches), function(k) {
        from <- at + if (k > 1) sample(c(0, 0, 3, 9), 1) else 0
        to <- from + sample(2:20, 1); at <<- to
        last <- k == stretches
        data.frame(id = i, entry = from, time = to, event = if (last) sample(0:3, 1, prob = c(4, 3, 2, 1)) else 0, group, x)
    }))
}))
gaps_by_row <- gaps[names(gaps) != "id"]

# Times computed in two ways: 0.1 + 0.2 and 0.3 are one time.
rounding <- data.frame(time = c(0.1 + 0.2, 0.3, 0.7, 0.1 * 7, 1.1, 1.2), event = c(1, 1, 1, 0, 1, 0), group = c(1, 2, 1, 2, 1, 2))
# A curve level at one half, one that ends there, one that falls to zero, one without events, one of a single row.
halves <- data.frame(
    time = c(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 2, 3, 5, 6, 7, 0, 0, 2, 9),
    event = c(1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 1, 0),
    group = rep(c("level", "ends level", "to zero", "no event", "from zero", "single"), c(4, 4, 4, 3, 3, 1)))
large <- within(seeded(44, 2000), {
    x1 <- round(rnorm(2000), 3); x2 <- rbinom(2000, 1, 0.3); x3 <- round(runif(2000, 20, 70)); group <- rbinom(2000, 1, 0.5)
    fails <- rexp(2000, 0.002 * exp(0.4 * x1 + 0.7 * x2 - 0.02 * x3)); leaves <- runif(2000, 30, 1500)
    time <- round(pmin(fails, leaves), 1) + 0.1; event <- ifelse(fails <= leaves, 1 + rbinom(2000, 1, 0.3), 0)
})[c("time", "event", "group", "x1", "x2", "x3")]

# -- cases -----------------------------------------------------------------------------------------------------------

km <- function(name, about, d, ...) write_case(paste0("kaplan-meier-", name), about, request("kaplan-meier", d, ...), kaplan_meier(d, ...))
km("lung", "lung by sex, the default interval", lung[c("time", "event", "group")])
km("veteran-log", "veteran by cell type, interval log", veteran[c("time", "event", "group")], interval = "log")
km("tied-plain", "whole weeks, interval plain, 90 %", tied[c("time", "event", "group")], interval = "plain", confidence = 0.9)
km("heart", "jasa: delayed entry, one row per state", heart[c("entry", "time", "event", "group")], interval = "log")
km("gaps", "stretches with gaps, every row for itself", gaps_by_row[c("entry", "time", "event", "group")])
km("gaps-id", "stretches with gaps, joined per person", gaps[c("id", "entry", "time", "event", "group")])
km("rounding", "0.1 + 0.2 is 0.3", rounding)
for (interval in c("log-log", "log", "plain"))
    km(paste0("halves-", interval), "curves at one half, at zero, without events, with times at zero", halves, interval = interval)
km("alone", "no groups", lung[c("time", "event")], interval = "log-log", confidence = 0.99)

lr <- function(name, about, d) write_case(paste0("log-rank-", name), about, request("log-rank", d), log_rank(d))
lr("lung", "lung by sex", lung[c("time", "event", "group")])
lr("veteran", "veteran by cell type, stratified by treatment", veteran[c("time", "event", "group", "strata")])
lr("tied", "three groups, three strata, many ties", tied[c("time", "event", "group", "strata")])
lr("quiet", "a group without events", quiet[c("time", "event", "group")])
lr("late", "delayed entry, stratified", late[c("entry", "time", "event", "group", "strata")])
lr("gaps", "gaps in risk", gaps[c("id", "entry", "time", "event", "group")])

ph <- function(name, about, d, covariates, ...) {
    d <- d[intersect(c("time", "entry", "event", "strata", covariates), names(d))]
    write_case(paste0("cox-", name), about, request("cox", d, covariates, ...), cox(d, covariates, ...))
}
ph("lung", "lung, Efron", lung, c("age", "ecog", "wt.loss", "karno"))
ph("lung-breslow", "lung, Breslow", lung, c("age", "ecog", "wt.loss", "karno"), ties = "breslow")
ph("veteran-strata", "veteran, stratified by treatment, 90 %", veteran, c("karno", "age", "diagtime", "prior"), confidence = 0.9)
ph("heart", "jasa: delayed entry", heart, c("age", "year", "surgery", "transplant"))
ph("heart-breslow", "jasa: delayed entry, Breslow", heart, c("age", "year", "surgery", "transplant"), ties = "breslow")
ph("bladder", "bladder2: several events per person, stratified by their order", bladder, c("rx", "size", "number"))
ph("tied", "whole weeks, stratified, Efron", tied, c("x", "z"))
ph("tied-breslow", "whole weeks, stratified, Breslow", tied, c("x", "z"), ties = "breslow")
ph("late", "delayed entry and strata", late, c("x", "group"))
ph("gaps", "gaps in risk", gaps_by_row, "x")
ph("dependent", "a covariate that is the sum of two, and a constant", within(lung, { both <- age + 2 * ecog; two <- 2 }),
   c("age", "ecog", "both", "two", "wt.loss"))
ph("large", "2,000 rows", large, c("x1", "x2", "x3"))
ph("rounding", "0.1 + 0.2 is 0.3", within(rounding, x <- c(1, 3, 2, 5, 0, 1)), "x")

aj <- function(name, about, d) write_case(paste0("aalen-johansen-", name), about, request("aalen-johansen", d), aalen_johansen(d))
aj("mgus2", "mgus2: progression and death by sex", mgus[seq(1, nrow(mgus), 3), c("time", "event", "group")])
aj("mgus2-age", "mgus2 on the age scale: delayed entry", mgus_age[seq(1, nrow(mgus_age), 4), c("entry", "time", "event", "group")])
aj("late", "delayed entry with two causes", within(late[c("entry", "time", "event", "group")], event <- event * (1 + seq_along(event) %% 2)))
aj("gaps", "gaps in risk, every row for itself", gaps_by_row[c("entry", "time", "event", "group")])
aj("gaps-id", "gaps in risk, joined per person", gaps[c("id", "entry", "time", "event", "group")])
aj("tied", "whole weeks, three causes, one of them in one group only", within(tied[c("time", "event", "group")], {
    event <- event * (1 + seq_along(event) %% 2); event[event > 0 & group == "both" & time > 20] <- 7 }))
aj("to-zero", "everyone has an event", data.frame(time = c(1, 1, 2, 3, 3, 4), event = c(1, 2, 2, 1, 1, 2)))

rm <- function(name, about, d, tau) write_case(paste0("rmst-", name), about, request("rmst", d, tau = tau), rmst(d, tau))
rm("lung", "lung by sex", lung[c("time", "event", "group")], 365)
rm("tied", "whole weeks", tied[c("time", "event", "group")], 26)
rm("late", "delayed entry", late[c("entry", "time", "event", "group")], 25)
rm("beyond", "a horizon beyond some of the curves", halves[halves$group != "single", ], 5)
rm("before", "a horizon before the first time of one group", rbind(lung[c("time", "event", "group")], data.frame(time = 500, event = 1, group = 3)), 100)

ir <- function(name, about, d, ...) write_case(paste0("rate-", name), about, request("rate", d, ...), rate(d, ...))
ir("lung", "lung by sex", lung[c("time", "event", "group")])
ir("late", "delayed entry, the second group as reference, 99 %", late[c("entry", "time", "event", "group")], reference = 1, confidence = 0.99)
ir("gaps", "gaps in risk", gaps_by_row[c("entry", "time", "event", "group")])
ir("tied", "three groups", tied[c("time", "event", "group")])
ir("none", "no events in one group", data.frame(time = c(3, 4, 5, 6, 7), event = c(1, 1, 0, 0, 0), group = c("a", "a", "a", "b", "b")))
