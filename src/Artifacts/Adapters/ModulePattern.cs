using System.Text.RegularExpressions;

namespace Loragate.Artifacts.Adapters;

/// <summary>
/// PEFT's regular expressions over module paths. They come from untrusted files, so they run in linear time
/// (<see cref="RegexOptions.NonBacktracking"/>); what that engine cannot express is refused.
/// </summary>
public static class ModulePattern
{
    private const int MaxLength = 4096;

    /// <summary>Whether a pattern can be used, or why not: whoever reads one from a file asks first.</summary>
    public static bool IsUsable(string pattern, out string fault)
    {
        fault = "";
        if (pattern.Length > MaxLength)
        {
            fault = $"longer than {MaxLength} characters";
            return false;
        }
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
    public static bool MatchesSuffix(string pattern, string module) => Create(Suffix(pattern)).IsMatch(module);

    /// <summary>Python's <c>re.fullmatch(pattern, module)</c>.</summary>
    public static bool MatchesWhole(string pattern, string module) => Create(Whole(pattern)).IsMatch(module);

    private static string Suffix(string pattern) => $@"^(.*\.)?({pattern})$";

    private static string Whole(string pattern) => $"^(?:{pattern})$";

    private static Regex Create(string pattern) => new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
