using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Auditing;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports.Charts;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Html;

/// <summary>All releases of a ledger: their state, the waivers that came with the current ones, and how far each drifted from its base.</summary>
public static class PortfolioPage
{
    /// <summary>Renders the page, UTF-8.</summary>
    /// <param name="ledger">The ledger's name.</param>
    /// <param name="releases">Its releases.</param>
    /// <param name="decisions">Decisions at hand, for the figures that a ledger does not hold.</param>
    /// <param name="areRevocationsJudged">Whether a trust policy said whose revocations count; if not, all that are logged do, and the page says so.</param>
    /// <param name="today">The day on which waivers are judged.</param>
    /// <param name="language">The page's language.</param>
    public static byte[] Render(string ledger, IReadOnlyList<PortfolioRelease> releases, IEnumerable<Decision> decisions, bool areRevocationsJudged, DateOnly today, ReportLanguage language)
    {
        ArgumentNullException.ThrowIfNull(releases);
        var text = ReportText.Load(language);
        var known = decisions.DistinctBy(decision => decision.ComputeDigest()).ToDictionary(decision => decision.ComputeDigest());
        return HtmlPage.Write(new Page(ledger, releases, known, areRevocationsJudged, today, text).Compose(), text["portfolio.title"], text, text["portfolio.note"]);
    }

    private sealed class Page(string ledger, IReadOnlyList<PortfolioRelease> releases, Dictionary<Digest, Decision> known, bool areRevocationsJudged, DateOnly today, ReportText text)
    {
        private readonly ReportNumbers _numbers = new(text);
        private readonly RuleWords _words = new(text, new ReportNumbers(text));

        public IEnumerable<Block> Compose()
        {
            yield return new Paragraph(text["portfolio.title"], Look.Title);
            yield return new Paragraph(text.Fill(releases.Count == 1 ? "portfolio.lead-one" : "portfolio.lead", ("ledger", ledger), ("count", ReportNumbers.Count(releases.Count)), ("day", _numbers.Day(today))), Look.Body);
            if (!areRevocationsJudged)
                yield return new Paragraph(text["portfolio.unjudged"], Look.Strong);
            yield return new Heading(text["portfolio.releases"]);
            if (releases.Count == 0)
                yield return new Paragraph(text["portfolio.none"], Look.Body);
            else
                yield return Releases();
            yield return new Heading(text["portfolio.waivers"]);
            var debt = releases.Where(release => release.State == ReleaseState.Current).SelectMany(release => (release.Data?.Waivers ?? []).Select(waiver => (Release: release, Waiver: waiver))).OrderBy(owed => owed.Waiver.Until).ToList();
            yield return debt.Count == 0 ? new Paragraph(text["portfolio.no-waivers"], Look.Body) : Debt(debt);
            yield return new Heading(text["portfolio.drift"]);
            var measured = Measured().ToList();
            if (measured.Count == 0)
            {
                yield return new Paragraph(text["portfolio.no-drift"], Look.Body);
                yield break;
            }
            yield return new Paragraph(text["portfolio.drift-lead"], Look.Body);
            foreach (var series in measured.GroupBy(each => (each.Release.Name, each.Rule.Id, each.Rule.Task, each.Rule.Metric)))
                yield return Series([.. series]);
            yield return new Table(
                [(text["portfolio.release"], 1), (text["rules.rule"], 1), (text["rules.measured"], 1), (text["rules.threshold"], 1), (text["rules.outcome"], 1)], [.. measured.Select(Drift)]) { IsSortable = true, Caption = text["portfolio.drift"] };
        }

        private static string NameOf(PortfolioRelease release) => release.Data?.Release is { } number ? $"{release.Name} {ReportNumbers.Count(number)}" : release.Name;

        private static Mark MarkOf(ReleaseState state) => state switch
        {
            ReleaseState.Current => Mark.Passed,
            ReleaseState.Superseded => Mark.Waived,
            _ => Mark.Failed,
        };

        /// <summary>The releases, each with its decision's digest, which its numbers lead to; a decision of several has one place.</summary>
        private Table Releases()
        {
            var seen = new HashSet<Digest>();
            return new Table(
                [(text["portfolio.release"], 1), (text["portfolio.state"], 1), (text["portfolio.logged"], 1), (text["portfolio.policy"], 1), (text["portfolio.approved-by"], 1), (text["decision.facts-digest"], 1)],
                [
                    .. releases.Select(release => (IReadOnlyList<Cell>)
                    [
                        Cell.Strong(NameOf(release)),
                        new Cell([new CellText(text[$"portfolio.state-{release.State.ToString().ToLowerInvariant()}"], Look.SmallStrong)], MarkOf(release.State)),
                        Cell.Of(_numbers.Moment(release.Time)),
                        Cell.Of(release.Data is { } data ? $"{data.Policy.Name} {data.Policy.Version}" : text["report.none"]),
                        Cell.Of(release.Data?.Approvals is { Count: > 0 } approvals ? string.Join('\n', approvals.Select(approval => text.Fill("portfolio.signer", ("signer", approval.Signer), ("role", approval.Role)))) : text["report.none"]),
                        Cell.Mono(release.Decision?.Abbreviated ?? text["report.none"]) with { Anchor = release.Decision is { } decision && seen.Add(decision) ? Cell.AnchorOf(decision) : null },
                    ]),
                ]) { IsSortable = true, Caption = text["portfolio.releases"] };
        }

        private Table Debt(IEnumerable<(PortfolioRelease Release, LoggedWaiver Waiver)> debt) => new(
            [(text["portfolio.release"], 1), (text["waivers.rule"], 1), (text["waivers.until"], 1), (text["portfolio.days-left"], 1), (text["approvals.signer"], 1)],
            [
                .. debt.Select(owed => (IReadOnlyList<Cell>)
                [
                    Cell.Strong(NameOf(owed.Release)),
                    Cell.Of(owed.Waiver.Rule),
                    Cell.Of(_numbers.Day(owed.Waiver.Until)).From(owed.Release.Decision),
                    new Cell([new CellText(ReportNumbers.Count(owed.Waiver.Until.DayNumber - today.DayNumber), Look.Small)], owed.Waiver.Until < today ? Mark.Failed : null).From(owed.Release.Decision),
                    Cell.Of(string.Join('\n', owed.Waiver.Signatures.Select(signature => signature.Signer))),
                ]),
            ]) { IsSortable = true, Caption = text["portfolio.waivers"] };

        /// <summary>What rules measured against the base, release by release in the ledger's order.</summary>
        private IEnumerable<(PortfolioRelease Release, RuleResult Rule)> Measured() =>
            from release in releases
            where release.Decision is { } digest && known.ContainsKey(digest)
            from rule in known[release.Decision!.Value].Rules
            where rule.Statistic is { Baseline: not null }
            select (release, rule);

        /// <summary>One rule over the releases of one adapter, from the oldest down.</summary>
        private ForestPlot Series(IReadOnlyList<(PortfolioRelease Release, RuleResult Rule)> series)
        {
            var (release, rule) = series[0];
            var title = text.Fill("portfolio.series", ("release", release.Name), ("check", _words.Check(rule)), ("rule", text.Fill("report.pair", ("first", rule.Id), ("second", rule.Task ?? text["report.none"]))), ("axis", _words.Axis(rule)));
            return new ForestPlot(title, [.. series.Select(each => ForestRow.Of(each.Rule, NameOf(each.Release), _numbers.Day(DateOnly.FromDateTime(each.Release.Time.UtcDateTime)), _numbers) with { Link = Cell.AnchorOf(each.Release.Decision) })]) { RowHead = "portfolio.release" };
        }

        private IReadOnlyList<Cell> Drift((PortfolioRelease Release, RuleResult Rule) each) =>
        [
            Cell.Strong(NameOf(each.Release)),
            new Cell([new CellText(_words.Check(each.Rule), Look.Small), new CellText(text.Fill("report.pair", ("first", each.Rule.Id), ("second", each.Rule.Task ?? text["report.none"])), Look.Tiny)]),
            Cell.Of(_words.Measured(each.Rule)).From(each.Release.Decision),
            Cell.Of(_words.Threshold(each.Rule)).From(each.Release.Decision),
            new Cell([new CellText(_words.Outcome(each.Rule), Look.Small)], Mark.Of(each.Rule.Outcome)),
        ];
    }
}
