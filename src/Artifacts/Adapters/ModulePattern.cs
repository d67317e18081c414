using System.Text;
using System.Text.RegularExpressions;

namespace Loragate.Artifacts.Adapters;

/// <summary>
/// One of PEFT's regular expressions over module paths, compiled once. They come from untrusted files, so they run in linear time
/// (<see cref="RegexOptions.NonBacktracking"/>); what that engine cannot express is refused.
/// </summary>
/// <param name="text">The expression; a usable one.</param>
public sealed class ModulePattern(string text)
{
    private const int MaxLength = 4096;
    private const string Special = @".*+?|()[]{}^$#\";

    private readonly Lazy<Regex> _suffix = new(() => Create(Suffix(text)));
    private readonly Lazy<Regex> _whole = new(() => Create(Whole(text)));

    /// <summary>The expression.</summary>
    public string Text => text;

    /// <summary>Whether a pattern can be used, or why not: whoever reads one from a file asks first.</summary>
    public static bool IsUsable(string pattern, out string fault)
    {
        fault = "";
        if (pattern.Length > MaxLength)
        {
            fault = $"longer than {MaxLength} characters";
            return false;
        }
        if (LiteralOf(pattern) is not null)
            return true;
        try
        {
            _ = Create(pattern);
            // What is compiled later is the pattern in a frame: one that only compiles without it says something else in it.
            _ = Create(Suffix(pattern));
            _ = Create(Whole(pattern));
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            fault = e.Message.TrimEnd('.');
            return false;
        }
    }

    /// <summary>Python's <c>re.match(rf"(.*\.)?({pattern})$", module)</c>.</summary>
    public bool MatchesSuffix(string module) => _suffix.Value.IsMatch(module);

    /// <summary>Python's <c>re.fullmatch(pattern, module)</c>.</summary>
    public bool MatchesWhole(string module) => _whole.Value.IsMatch(module);

    /// <summary>The text that is all that a pattern matches, and whether it must be the whole path ("^…"); null where it matches more than one text.</summary>
    internal static (string Text, bool IsWhole)? LiteralOf(string pattern)
    {
        var isWhole = pattern.StartsWith('^');
        var literal = new StringBuilder();
        for (var i = isWhole ? 1 : 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length && Special.Contains(pattern[i + 1], StringComparison.Ordinal))
                i++;
            else if (Special.Contains(pattern[i], StringComparison.Ordinal))
                return null;
            literal.Append(pattern[i]);
        }
        return literal.Length == 0 ? null : (literal.ToString(), isWhole);
    }

    private static string Suffix(string pattern) => $@"^(.*\.)?({pattern})$";

    private static string Whole(string pattern) => $"^(?:{pattern})$";

    private static Regex Create(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
