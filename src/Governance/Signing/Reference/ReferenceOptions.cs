namespace Loragate.Governance.Signing.Reference;

/// <summary>What the reference implementation may be told on its command line that changes its verdict.</summary>
[Flags]
public enum ReferenceOptions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>--allow_symlinks</c>: links are followed.</summary>
    AllowSymlinks = 1,

    /// <summary><c>--ignore_unsigned_files</c>: only the files that the signature names are read.</summary>
    IgnoreUnsignedFiles = 2,
}
