using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Ci;

/// <summary>
/// A decision as JUnit XML, for test reports: one test case a rule. What stops a release is a failure (failed) or an error (undecided);
/// what is only told, and what is waived, is skipped with its reason. A green report is an approved release and nothing else.
/// </summary>
public static class JUnitReport
{
    private const string Failure = "failure";
    private const string Error = "error";
    private const string Skipped = "skipped";
    private const string Revoked = "revoked";

    /// <summary>Renders the report; the same bytes for the same decision. Characters that XML cannot hold are escaped as \uXXXX.</summary>
    /// <returns>UTF-8 XML.</returns>
    public static byte[] Render(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        XElement[] cases = [.. decision.Rules.Select(Case), .. decision.Verdict != Verdict.Approved && decision.Rules.All(rule => Word(rule) is "" or Skipped) ? [Unexplained(decision)] : Array.Empty<XElement>()];
        var suite = new XElement(
            "testsuite",
            new XAttribute("name", Legal($"{decision.Adapter.Name} by policy {decision.Policy.Name} {decision.Policy.Version}")),
            Counts(cases),
            new XAttribute("timestamp", decision.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T00:00:00"),
            Properties(decision),
            cases);
        return Write(new XElement("testsuites", new XAttribute("name", "loragate"), Counts(cases), suite));
    }

    private static XElement Case(RuleResult rule)
    {
        var element = new XElement("testcase", new XAttribute("classname", Legal($"loragate.{rule.Check}")), new XAttribute("name", Legal(rule.Id)), new XAttribute("time", "0"));
        switch (Word(rule))
        {
            case "":
                element.Add(new XElement("system-out", Legal(rule.Summary)));
                break;
            case Skipped:
                element.Add(new XElement(Skipped, new XAttribute("message", Legal($"{rule.Outcome}, severity {rule.Severity}: {rule.Summary}"))));
                break;
            case var word:
                element.Add(new XElement(word, new XAttribute("type", Legal(rule.Reason)), new XAttribute("message", Legal(rule.Summary)), Legal(Details(rule))));
                break;
        }
        return element;
    }

    /// <summary>A verdict that no single rule explains: that of an adapter that was taken back, or of a policy in which nothing blocks.</summary>
    private static XElement Unexplained(Decision decision) => new(
        "testcase",
        new XAttribute("classname", "loragate.verdict"),
        new XAttribute("name", "verdict"),
        new XAttribute("time", "0"),
        decision.IsRejectedByRevocation
            ? new XElement(Failure, new XAttribute("type", Revoked), new XAttribute("message", Legal(RevocationWords.InEnglish(decision)!)))
            : new XElement(Error, new XAttribute("type", "not-approved"), new XAttribute("message", "The release is not approved.")));

    private static string Word(RuleResult rule) => (rule.Outcome, rule.Severity) switch
    {
        (Outcome.Passed, _) => "",
        (Outcome.Failed, Severity.Block) => Failure,
        (Outcome.Undecided, Severity.Block) => Error,
        _ => Skipped,
    };

    private static string Details(RuleResult rule) =>
        string.Join('\n', rule.Evidence.Select(digest => $"evidence sha256:{digest.Hex}").Concat(rule.Controls.Select(control => $"control {control}")));

    private static XElement Properties(Decision decision) => new(
        "properties",
        new (string Name, string Value)[]
        {
            ("verdict", decision.Verdict.ToString().ToLowerInvariant()),
            ("decision.sha256", decision.ComputeDigest().Hex),
            ("policy.sha256", decision.Policy.Digest.Hex),
            ("adapter.sha256", decision.Adapter.Digest.Hex),
        }.Select(property => new XElement("property", new XAttribute("name", property.Name), new XAttribute("value", property.Value))));

    private static IEnumerable<XAttribute> Counts(XElement[] cases) =>
    [
        new("tests", cases.Length),
        new("failures", cases.Count(element => element.Element(Failure) is not null)),
        new("errors", cases.Count(element => element.Element(Error) is not null)),
        new(Skipped, cases.Count(element => element.Element(Skipped) is not null)),
        new("time", "0"),
    ];

    private static byte[] Write(XElement root)
    {
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true, NewLineChars = "\n" }))
            new XDocument(root).Save(writer);
        return stream.ToArray();
    }

    /// <summary>XML 1.0 §2.2 has no way to write most control characters and lone surrogates, which hostile names may hold.</summary>
    private static string Legal(string text)
    {
        var legal = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
                legal.Append(text, i++, 2);
            else if (XmlConvert.IsXmlChar(text[i]))
                legal.Append(text[i]);
            else
                legal.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
        }
        return legal.ToString();
    }
}
