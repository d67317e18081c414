using System.Text.RegularExpressions;

namespace Loragate.Artifacts.Adapters;

/// <summary>
/// PEFT's regular expressions over module paths. They come from untrusted files, so they run in linear time
/// (<see cref="RegexOptions.NonBacktracking"/>); what that engine cannot express is refused.
/// </summary>
public static class ModulePattern
{
    private const int MaxLength = 4096;

    /// <summary>Compiles a pattern, or says why not.</summary>
    public static bool TryCompile(string pattern, out Regex? regex, out string fault)
    {
        (regex, fault) = (null, "");
        if (pattern.Length > MaxLength)
        {
            fault = $"longer than {MaxLength} characters";
            return false;
        }
        try
        {
            regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            fault = e.Message.TrimEnd('.');
            return false;
        }
    }

    /// <summary>Python's <c>re.match(rf"(.*\.)?({pattern})$", module)</c>.</summary>
    public static bool MatchesSuffix(string pattern, string module) => Compile($@"^(.*\.)?({pattern})$").IsMatch(module);

    /// <summary>Python's <c>re.fullmatch(pattern, module)</c>.</summary>
    public static bool MatchesWhole(string pattern, string module) => Compile($"^(?:{pattern})$").IsMatch(module);

    private static Regex Compile(string pattern) =>
        TryCompile(pattern, out var regex, out var fault) ? regex! : throw new ArgumentException($"'{pattern}': {fault}", nameof(pattern));
}
