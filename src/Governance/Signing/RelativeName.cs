namespace Loragate.Governance.Signing;

/// <summary>Names of files in a signed folder: relative, canonical, and read the same way by every system and every eye (OMS v1.0 §6.1).</summary>
internal static class RelativeName
{
    private const int MaxLength = 4096;

    /// <summary>Why a name is refused, or null.</summary>
    public static string? Fault(string name) => name switch
    {
        "" => "an empty name",
        { Length: > MaxLength } => "a name of more than 4096 characters",
        ['/', ..] => "an absolute name",
        [_, ':', ..] when char.IsAsciiLetter(name[0]) => "a name with a drive letter",
        _ when name.Contains('\\', StringComparison.Ordinal) => "a backslash in a name",
        _ when name.Any(char.IsControl) => "a control character in a name",
        _ when name.Any(Artifacts.Printable.IsDirection) => "a direction character in a name",
        _ when !IsUnicode(name) => "invalid Unicode in a name",
        _ when name.Split('/').Any(part => part is "" or "." or "..") => "a name that is not canonical ('.', '..' or an empty part)",
        _ => null,
    };

    /// <summary>Whether <paramref name="name"/> is <paramref name="path"/> or lies below it.</summary>
    public static bool IsWithin(string name, string path) =>
        name.StartsWith(path, StringComparison.Ordinal) && (name.Length == path.Length || name[path.Length] == '/');

    /// <summary>No lone surrogates, and no U+FFFD: the file system's stand-in for bytes that are not UTF-8.</summary>
    private static bool IsUnicode(string name)
    {
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value == '\uFFFD')
                return false;
        }
        return true;
    }
}
