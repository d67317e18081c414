using System.Reflection;
using System.Text;
using Loragate.Artifacts;

namespace Loragate.Cli;

/// <summary>
/// Which code this is. Builds are deterministic, and the id of a module is made from all that it was compiled from: records of another
/// code, be it of the same version, are never taken for this one's.
/// </summary>
internal static class Build
{
    /// <summary>The executable and every library of this project that it is built on, by name.</summary>
    internal static IReadOnlyList<Assembly> Parts { get; } =
    [
        typeof(Build).Assembly,
        .. typeof(Build).Assembly.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("Loragate.", StringComparison.Ordinal)).OrderBy(name => name.Name, StringComparer.Ordinal).Select(Assembly.Load),
    ];

    /// <summary>"0.1.0+1f0a2c3b4d5e": the version, and the first digits of the SHA-256 over the module ids of all parts.</summary>
    public static string Name { get; } = $"{Parts[0].GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}+{Identity().Abbreviated}";

    private static Digest Identity() => Digest.Of(Encoding.ASCII.GetBytes(string.Concat(Parts.Select(part => $"{part.ManifestModule.ModuleVersionId:N}\n"))));
}
