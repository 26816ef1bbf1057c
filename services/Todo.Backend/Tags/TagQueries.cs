using Npgsql;
using Todo.Backend.Labels;

namespace Todo.Backend.Tags;

/// <summary>Reads a user's tags.</summary>
internal sealed class TagQueries(NpgsqlDataSource database) : LabelQueries(LabelKind.Tag, database);
