using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Microsoft.Data.Sqlite;

namespace Loragate.Governance.Ledger.Indexing;

/// <summary>
/// Which entries mention what, in a SQLite file in the ledger's state folder. It is derived: made anew where it is missing, of another ledger or
/// behind the checkpoint, in memory where the folder cannot be written. It is never trusted: each entry that it names is proved from the
/// tiles to be in the ledger, and read to mention what was asked. What an index that was tampered with leaves out, only a reading of all entries shows;
/// audits read them all.
/// </summary>
public sealed class LedgerIndex : IDisposable
{
    private const int Version = 1;
    private const string SourceTable = "CREATE TABLE source (version INTEGER NOT NULL, checkpoint TEXT NOT NULL)";
    private const string MentionTable = "CREATE TABLE mention (key TEXT NOT NULL, entry INTEGER NOT NULL)";
    private const string MentionsByKey = "CREATE INDEX by_key ON mention (key, entry)";

    private readonly LedgerFolder _ledger;
    private readonly LedgerVerifier _log;
    private readonly LedgerCheckpoint _checkpoint;
    private readonly byte[] _note;
    private SqliteConnection _database;

    private LedgerIndex(SqliteConnection database, LedgerFolder ledger, LedgerVerifier log, LedgerCheckpoint checkpoint, byte[] note) =>
        (_database, _ledger, _log, _checkpoint, _note) = (database, ledger, log, checkpoint, note);

    /// <summary>Opens the index of a ledger as it is now.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="log">Its key.</param>
    /// <param name="cancellationToken">Stops making it anew.</param>
    /// <exception cref="LedgerException">The checkpoint is malformed.</exception>
    /// <exception cref="IntegrityException">The ledger was changed.</exception>
    /// <exception cref="FolderException">A link, a pipe or a device stands in the index's place.</exception>
    public static LedgerIndex Open(LedgerFolder ledger, LedgerVerifier log, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        var note = ledger.ReadNote();
        var checkpoint = LedgerCheckpoint.Open(note, log, LedgerStore.CheckpointName);
        var database = TryOpen(ledger.IndexPath, checkpoint) ?? Make(ledger, log, checkpoint, cancellationToken);
        return new LedgerIndex(database, ledger, log, checkpoint, note);
    }

    /// <summary>The entries that mention a digest anywhere: as a subject, as evidence, in their data.</summary>
    public IReadOnlyList<LoggedEvent> Mentioning(Digest digest) => Find(digest.Hex, entry => EntryMentions.Of(entry).Contains(digest.Hex));

    /// <summary>The digests that begin so and that entries mention; whether an entry does, <see cref="Mentioning"/> proves.</summary>
    /// <param name="beginning">The first digits (<see cref="Digest.IsAbbreviation"/>).</param>
    public IReadOnlyList<Digest> Beginning(string beginning)
    {
        if (!Digest.IsAbbreviation(beginning))
            throw new ArgumentException($"'{beginning}' is no beginning of a digest.", nameof(beginning));
        return [.. Ask(database => SelectKeys(database, beginning)).Where(key => Digest.TryParse(key, out _)).Select(Digest.Parse)];
    }

    /// <summary>The entries that have a subject of this name.</summary>
    public IReadOnlyList<LoggedEvent> Named(string name) => Find(EntryMentions.NameKey(name), entry => entry.Subjects.Any(subject => subject.Name == name));

    /// <summary>The entries of a type.</summary>
    public IReadOnlyList<LoggedEvent> OfType(string type) => Find(EntryMentions.TypeKey(type), entry => entry.Type == type);

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private List<LoggedEvent> Find(string key, Func<LedgerEntry, bool> holds) =>
    [
        .. Ask(database => SelectEntries(database, key)).Select(index => (Index: index, Entry: Prove(index)))
            .Where(found => found.Entry is not null && holds(found.Entry))
            .Select(found => new LoggedEvent(found.Index, found.Entry!)),
    ];

    private List<T> Ask<T>(Func<SqliteConnection, List<T>> select)
    {
        try
        {
            return select(_database);
        }
        catch (SqliteException)
        {
            // Damaged where it was not read before.
            _database.Dispose();
            _database = Make(_ledger, _log, _checkpoint, CancellationToken.None);
            return select(_database);
        }
    }

    private static List<long> SelectEntries(SqliteConnection database, string key)
    {
        using var select = database.CreateCommand();
        select.CommandText = "SELECT DISTINCT entry FROM mention WHERE key = $key AND typeof(entry) = 'integer' ORDER BY entry";
        select.Parameters.AddWithValue("$key", key);
        using var reader = select.ExecuteReader();
        var found = new List<long>();
        while (reader.Read())
            found.Add(reader.GetInt64(0));
        return found;
    }

    /// <summary>Names and types are found under a word of their own, so that what begins with a hexadecimal digit and no other letter is a digest.</summary>
    private static List<string> SelectKeys(SqliteConnection database, string beginning)
    {
        using var select = database.CreateCommand();
        select.CommandText = "SELECT DISTINCT key FROM mention WHERE key >= $from AND key < $until AND typeof(key) = 'text' ORDER BY key";
        select.Parameters.AddWithValue("$from", beginning);
        select.Parameters.AddWithValue("$until", beginning + "g");
        using var reader = select.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
            found.Add(reader.GetString(0));
        return found;
    }

    private LedgerEntry? Prove(long index)
    {
        if (index < 0 || index >= _checkpoint.Size)
            return null;
        _ = _ledger.Prove(index, _log, _note, out var bytes);
        return LedgerEntry.TryParse(bytes, out var entry) ? entry : null;
    }

    /// <summary>The index that lies there, if it is of this checkpoint.</summary>
    private static SqliteConnection? TryOpen(string path, LedgerCheckpoint checkpoint)
    {
        if (!File.Exists(path))
            return null;
        PlainFile.Check(path);
        var database = Connect(path, SqliteOpenMode.ReadOnly);
        try
        {
            database.Open();
            if (HasOwnShape(database) && IsOf(database, checkpoint))
                return database;
        }
        catch (SqliteException)
        {
            // Not a database, or of another shape: it is made anew.
        }
        database.Dispose();
        return null;
    }

    /// <summary>Exactly the tables that are made here: a view or a trigger would run what somebody else wrote.</summary>
    private static bool HasOwnShape(SqliteConnection database)
    {
        Run(database, "PRAGMA trusted_schema = OFF");
        using var select = database.CreateCommand();
        select.CommandText = "SELECT sql FROM sqlite_schema ORDER BY rowid";
        using var reader = select.ExecuteReader();
        var found = new List<string>();
        while (reader.Read())
            found.Add(reader.IsDBNull(0) ? "" : reader.GetString(0));
        return found.SequenceEqual([SourceTable, MentionTable, MentionsByKey]);
    }

    private static bool IsOf(SqliteConnection database, LedgerCheckpoint checkpoint)
    {
        using var select = database.CreateCommand();
        select.CommandText = "SELECT checkpoint FROM source WHERE version = $version";
        select.Parameters.AddWithValue("$version", Version);
        return select.ExecuteScalar() is string indexed && indexed == checkpoint.ToString();
    }

    private static SqliteConnection Make(LedgerFolder ledger, LedgerVerifier log, LedgerCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        var database = Connect(":memory:", SqliteOpenMode.Memory);
        database.Open();
        Fill(database, LedgerHistory.Of(ledger.ReadEntries(log, cancellationToken)), checkpoint);
        Save(database, ledger.IndexPath);
        return database;
    }

    private static void Fill(SqliteConnection database, LedgerHistory history, LedgerCheckpoint checkpoint)
    {
        using var transaction = database.BeginTransaction();
        Run(database, SourceTable);
        Run(database, MentionTable);
        using var insert = database.CreateCommand();
        insert.CommandText = "INSERT INTO mention VALUES ($key, $entry)";
        var (key, entry) = (insert.Parameters.Add("$key", SqliteType.Text), insert.Parameters.Add("$entry", SqliteType.Integer));
        foreach (var logged in history.Events)
        {
            entry.Value = logged.Index;
            foreach (var mentioned in EntryMentions.Of(logged.Entry))
            {
                key.Value = mentioned;
                insert.ExecuteNonQuery();
            }
        }
        Run(database, MentionsByKey);
        using var source = database.CreateCommand();
        source.CommandText = "INSERT INTO source VALUES ($version, $checkpoint)";
        source.Parameters.AddWithValue("$version", Version);
        source.Parameters.AddWithValue("$checkpoint", checkpoint.ToString());
        source.ExecuteNonQuery();
        transaction.Commit();
    }

    /// <summary>Keeps the index for the next time, if the folder can be written: who only reads a ledger needs none.</summary>
    private static void Save(SqliteConnection database, string path)
    {
        var partial = $"{path}.{System.Security.Cryptography.RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        try
        {
            using (var file = Connect(partial, SqliteOpenMode.ReadWriteCreate))
            {
                file.Open();
                database.BackupDatabase(file);
            }
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            // The one in memory serves as well.
        }
    }

    private static void Run(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode) => new(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
}
